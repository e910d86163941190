package dev.finspect.session.passive;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The living sessions of others, by the numbers of their connections and by their ids, in the order in which they were first
 * looked at. Used under the lock of {@link PassiveConnections}.
 */
final class PassiveSessions {
    private final Map<Long, PassiveSession> byNumber = new LinkedHashMap<>();
    private final Map<String, PassiveSession> byId = new HashMap<>();

    /** It lives. */
    void add(PassiveSession session) {
        byNumber.put(session.number(), session);
        byId.put(session.identity().id(), session);
    }

    /** The one of this number lives no more; null where none did. */
    @Nullable
    PassiveSession remove(long number) {
        PassiveSession removed = byNumber.remove(number);
        if (removed != null) {
            byId.remove(removed.identity().id());
        }
        return removed;
    }

    /** The one of this number; null where it does not live. */
    @Nullable
    PassiveSession of(long number) {
        return byNumber.get(number);
    }

    /** The one of this id; null where it does not live. */
    @Nullable
    PassiveSession of(String id) {
        return byId.get(id);
    }

    /** Whether this one lives. */
    boolean has(PassiveSession session) {
        return session.equals(byNumber.get(session.number()));
    }

    /** All at this moment. */
    List<PassiveSession> all() {
        return new ArrayList<>(byNumber.values());
    }
}
