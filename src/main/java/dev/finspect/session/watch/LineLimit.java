package dev.finspect.session.watch;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionIdentity;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Limits the lines about living sessions of a route: of one event, finding and peer, the first {@value #MOST_LINES} in a minute
 * have a line each; for the rest of that minute one entry stands that lists the sessions. Any thread.
 *
 * <p>Bounded: after {@value #MOST_KINDS} kinds of lines in a minute, further peers share one kind for each event and finding; and
 * after {@value #MOST_IDS} sessions an entry is complete and another begins.
 */
public final class LineLimit {
    static final int MOST_LINES = 10;
    static final int MOST_KINDS = 100;
    static final int MOST_IDS = 10_000;
    static final long WINDOW_NANOS = 60_000_000_000L;

    /** No window is open. */
    private static final long NEVER = Long.MAX_VALUE;

    /** In the order in which they began. */
    private final Map<Kind, Window> windows = new LinkedHashMap<>();

    private final List<OmittedLines> complete = new ArrayList<>();
    private volatile long dueAtNanos = NEVER;
    private volatile boolean pending;

    /**
     * Whether the session may have a line of its own; if not, it is listed in an entry.
     *
     * @param peer the peer of the finding's leg; null where it is not known
     */
    public synchronized boolean admits(
            RecordEvent event, Finding finding, @Nullable String peer, SessionIdentity session, long nowNanos) {
        closeOld(nowNanos);
        Kind kind = new Kind(event, finding.id(), peer);
        if (!windows.containsKey(kind) && windows.size() >= MOST_KINDS) {
            kind = new Kind(event, finding.id(), null);
        }
        Window window = windows.get(kind);
        if (window == null) {
            window = new Window(nowNanos);
            windows.put(kind, window);
            setDue(nowNanos);
        }
        if (window.lines < MOST_LINES) {
            window.lines++;
            return true;
        }
        window.omit(session, finding, session.epochNanos(nowNanos));
        pending = true;
        if (window.ids.size() == MOST_IDS) {
            complete(kind, window);
            setDue(nowNanos);
        }
        return false;
    }

    /** The entries that are complete at this time, and were not returned before. */
    List<OmittedLines> due(long nowNanos) {
        long due = dueAtNanos;
        return due == NEVER || nowNanos - due < 0 ? List.of() : taken(nowNanos);
    }

    /** All entries, complete or not: nothing more will come. */
    synchronized List<OmittedLines> all() {
        windows.forEach(this::complete);
        windows.clear();
        List<OmittedLines> taken = takeComplete();
        dueAtNanos = NEVER;
        return taken;
    }

    /** Whether sessions are listed in an entry that was not returned yet. */
    boolean pending() {
        return pending;
    }

    private synchronized List<OmittedLines> taken(long nowNanos) {
        closeOld(nowNanos);
        List<OmittedLines> taken = takeComplete();
        setDue(nowNanos);
        return taken;
    }

    private List<OmittedLines> takeComplete() {
        List<OmittedLines> taken = List.copyOf(complete);
        complete.clear();
        pending = windows.values().stream().anyMatch(window -> !window.ids.isEmpty());
        return taken;
    }

    private void closeOld(long nowNanos) {
        Iterator<Map.Entry<Kind, Window>> eldest = windows.entrySet().iterator();
        while (eldest.hasNext()) {
            Map.Entry<Kind, Window> each = eldest.next();
            if (nowNanos - each.getValue().beganAtNanos < WINDOW_NANOS) {
                break;
            }
            complete(each.getKey(), each.getValue());
            eldest.remove();
        }
        setDue(nowNanos);
    }

    private void setDue(long nowNanos) {
        Iterator<Window> eldest = windows.values().iterator();
        if (!complete.isEmpty()) {
            dueAtNanos = nowNanos;
        } else {
            dueAtNanos = eldest.hasNext() ? eldest.next().beganAtNanos + WINDOW_NANOS : NEVER;
        }
    }

    private void complete(Kind kind, Window window) {
        Finding first = window.first;
        if (first != null) {
            complete.add(new OmittedLines(
                    kind.event,
                    window.route,
                    first,
                    kind.peer,
                    window.fromEpochNanos,
                    window.toEpochNanos,
                    List.copyOf(window.ids)));
            window.first = null;
            window.ids.clear();
        }
    }

    /** Of what kind a line is. */
    private record Kind(
            RecordEvent event, FindingId finding, @Nullable String peer) {}

    /** The lines of one kind in a minute. */
    private static final class Window {
        private final long beganAtNanos;
        private final List<String> ids = new ArrayList<>();
        private int lines;
        private @Nullable Finding first;
        private String route = "";
        private long fromEpochNanos;
        private long toEpochNanos;

        Window(long beganAtNanos) {
            this.beganAtNanos = beganAtNanos;
        }

        void omit(SessionIdentity session, Finding finding, long atEpochNanos) {
            if (first == null) {
                first = finding;
                route = session.route();
                fromEpochNanos = atEpochNanos;
            }
            toEpochNanos = atEpochNanos;
            ids.add(session.id());
        }
    }
}
