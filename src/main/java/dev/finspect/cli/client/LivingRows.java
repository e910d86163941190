package dev.finspect.cli.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The open sessions, as the first events of a stream have them: sessions also change while the living ones are being sent, and
 * then have several rows, of which the last counts. Confined to one thread.
 */
final class LivingRows {
    private final Map<String, LiveSession> sessions = new LinkedHashMap<>();

    /** Takes an event; whether all have come. */
    boolean take(EventStream.Event event) {
        if (event.name().equals("reset")) {
            sessions.clear();
        }
        for (Object row : event.list("rows")) {
            if (row instanceof Map<?, ?> members) {
                LiveSession session = new LiveSession(members);
                sessions.put(session.id(), session);
            }
        }
        event.list("gone").forEach(sessions::remove);
        sessions.values().removeIf(LiveSession::isClosed);
        return event.name().equals("snapshot_end");
    }

    /** In the order in which they came first, the most stuck first. */
    List<LiveSession> all() {
        return List.copyOf(sessions.values());
    }
}
