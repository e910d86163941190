package dev.finspect.session.join;

import dev.finspect.session.EndedSession;
import dev.finspect.session.SessionCaptures;
import dev.finspect.session.SessionIdentity;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The living sessions and those whose end waits, with the connections that they claimed. Confined to the capture's thread. */
final class FollowedSessions {
    private final int most;
    private final WireLegs legs;
    private final KeptCaptures kept;
    private final Map<String, Open> open = new HashMap<>();
    private final Map<String, CapturedSession> byId = new HashMap<>();

    /**
     * None yet.
     *
     * @param most how many are followed at once
     * @param kept keeps the headers of their connections
     */
    FollowedSessions(int most, WireLegs legs, KeptCaptures kept) {
        this.most = most;
        this.legs = legs;
        this.kept = kept;
    }

    /** A living session: the destination of its captures, and the number of its failed attempts. */
    static final class Open {
        final SessionCaptures captures;
        int attempts;

        private Open(SessionCaptures captures) {
            this.captures = captures;
        }
    }

    /** A session begins. */
    void opened(SessionIdentity identity, SessionCaptures captures) {
        open.put(identity.id(), new Open(captures));
    }

    /** A session that has begun and is not forgotten; null for one of before the capture. */
    @Nullable
    Open open(SessionIdentity identity) {
        return open.get(identity.id());
    }

    /** Whether connections of this session are followed, or can be. */
    boolean hasRoomFor(SessionIdentity identity) {
        return byId.size() < most || byId.containsKey(identity.id());
    }

    /** A session has claimed this connection. */
    void claimed(SessionIdentity identity, WireLeg leg) {
        byId.computeIfAbsent(identity.id(), unused -> new CapturedSession()).add(leg);
        kept.add(identity.id(), leg);
    }

    /** The session of an end, with the connections that it claimed; null when it claimed none. */
    @Nullable
    CapturedSession of(EndedSession session) {
        return byId.get(session.identity().id());
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    /** Stops following a session. */
    void forget(EndedSession session) {
        session.captures().settle();
        String id = session.identity().id();
        open.remove(id);
        CapturedSession own = byId.remove(id);
        if (own != null) {
            own.legs().forEach(legs::remove);
            kept.close(id, session.endedInOrder());
        }
    }

    /** The capture is over: what it showed of each connection stays. */
    void cutAll() {
        byId.values().forEach(own -> own.legs().forEach(WireLeg::cut));
        kept.closeAll();
        byId.clear();
        open.clear();
    }
}
