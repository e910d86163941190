package dev.finspect.session.passive;

import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.record.PeerSocket.Holder;
import dev.finspect.session.file.CapturedConnections;
import dev.finspect.session.file.JoinedLegs;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.Leg;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the connections that a proxy on this host joins while they live, and keeps those that are joined. All of this must show it:
 *
 * <ul>
 *   <li>One process has both sockets open, the accepted one and the connected one.
 *   <li>By their segments each is the only one that fits the other, by the rules for a capture file.
 *   <li>While the upstream owes an answer, no other client of the process waits for one that could be the same.
 * </ul>
 *
 * <p>Where they no longer fit, as when the proxy uses the upstream connection for another client, they are two sessions again.
 * Used under the lock of {@link PassiveConnections}.
 */
final class PassivePairs {
    /** For how many connections at most a partner is looked for between two sweeps; it is not known of the others. */
    private static final int MOST_TRIES = 256;

    /** Two sessions that are one. */
    record Pair(PassiveSession client, PassiveSession upstream) {}

    /** Whether a session is one with another. */
    enum Settled {
        /** It is one connection, as far as is known. */
        ALONE,
        /** Its partner is found by the segments, and it is not known yet who has the sockets open. */
        UNDECIDED,
        /** It is the client's or the upstream's part of two. */
        JOINED
    }

    /** Receives what is joined, and what is not any more. */
    interface Outlet {
        /** The second goes on as the upstream leg of the first. */
        void joined(Pair pair, Holder process);

        /** Both go on by themselves. */
        void split(Pair pair);
    }

    private final CapturedConnections connections;
    private final Outlet outlet;
    private final Map<FourTuple, PassiveSession> sessions = new HashMap<>();
    private final Map<Long, Pair> byUpstream = new HashMap<>();
    // Until the next sweep.
    private final Map<FourTuple, Optional<ConnectionFacts>> shown = new HashMap<>();
    private final Map<FourTuple, Optional<JoinedLegs>> found = new HashMap<>();
    private int tries;

    /** Without any session. */
    PassivePairs(CapturedConnections connections, Outlet outlet) {
        this.connections = connections;
        this.outlet = outlet;
    }

    /** A session begins. */
    void begun(PassiveSession session) {
        sessions.put(session.tuple(), session);
    }

    /** It is over. */
    void over(PassiveSession session) {
        sessions.remove(session.tuple(), session);
    }

    /** Both are over. */
    void over(Pair pair) {
        byUpstream.remove(pair.upstream.number());
        over(pair.client);
        over(pair.upstream);
    }

    /** The next second begins. */
    void swept() {
        shown.clear();
        found.clear();
        tries = 0;
    }

    /** The session whose upstream leg this connection is, with the session that it was; null where it is none. */
    @Nullable
    Pair ofUpstream(long number) {
        return byUpstream.get(number);
    }

    /** The client's session, whose upstream leg the session of this id has become; null where it has not. */
    @Nullable
    PassiveSession goesOnIn(String id) {
        for (Pair pair : byUpstream.values()) {
            if (pair.upstream.identity().id().equals(id)) {
                return pair.client;
            }
        }
        return null;
    }

    /** The session that is examined for this one: the client's of two. */
    PassiveSession examined(PassiveSession session) {
        Pair pair = byUpstream.get(session.number());
        return pair == null ? session : pair.client;
    }

    /**
     * Joins it with another, if all that shows it is known.
     *
     * @param ask is called with both while it is not known who has their sockets open
     */
    Settled settle(PassiveSession session, long nowNanos, Consumer<PassiveSession> ask) {
        if (session.legs().areTwo() || byUpstream.containsKey(session.number())) {
            return Settled.JOINED;
        }
        if (!session.joinTries().areDue(nowNanos)) {
            return Settled.ALONE;
        }
        Pair pair = suspected(session);
        if (pair == null) {
            session.joinTries().failed(nowNanos);
            return Settled.ALONE;
        }
        Holder accepted = pair.client.holder(Leg.UPSTREAM);
        Holder connected = pair.upstream.holder(Leg.CLIENT);
        if (accepted == null || connected == null) {
            ask.accept(pair.client);
            ask.accept(pair.upstream);
            return Settled.UNDECIDED;
        }
        boolean same = accepted.accepted() && accepted.processId() > 0 && accepted.processId() == connected.processId();
        if (!same || mayBeAnothers(pair, accepted)) {
            session.joinTries().failed(nowNanos);
            return Settled.ALONE;
        }
        join(pair, accepted);
        return Settled.JOINED;
    }

    private void join(Pair pair, Holder process) {
        byUpstream.put(pair.upstream.number(), pair);
        pair.client.joinTries().joined();
        pair.upstream.joinTries().joined();
        outlet.joined(pair, process);
    }

    /** Lets go of two that no longer fit. */
    void check(PassiveSession session, long nowNanos) {
        JoinedLegs both = session.legs().both();
        if (both != null && !both.fit(nowNanos)) {
            session.joinTries().failed(nowNanos);
            split(both.upstream().number());
        }
    }

    /** The two of which this is the upstream leg are two sessions again, if there are such. */
    void split(long upstreamNumber) {
        Pair pair = byUpstream.remove(upstreamNumber);
        if (pair != null) {
            outlet.split(pair);
        }
    }

    /** By the segments alone. */
    private @Nullable Pair suspected(PassiveSession session) {
        JoinedLegs legs = legs(session);
        PassiveSession client = legs == null ? null : sessions.get(legs.client().tuple());
        PassiveSession upstream =
                legs == null ? null : sessions.get(legs.upstream().tuple());
        return client == null || upstream == null || isJoined(client) || isJoined(upstream)
                ? null
                : new Pair(client, upstream);
    }

    /** The two of which its connection is one; null where it is none, or where that is not known. */
    private @Nullable JoinedLegs legs(PassiveSession session) {
        Optional<JoinedLegs> known = found.get(session.tuple());
        if (known == null) {
            if (tries >= MOST_TRIES) {
                return null;
            }
            tries++;
            known = Optional.ofNullable(connections.legs(session.tuple(), this::facts));
            found.put(session.tuple(), known);
        }
        return known.orElse(null);
    }

    private @Nullable ConnectionFacts facts(FourTuple tuple) {
        Optional<ConnectionFacts> known = shown.get(tuple);
        if (known == null) {
            known = Optional.ofNullable(sessions.get(tuple))
                    .map(session -> session.legs().client().facts());
            shown.put(tuple, known);
        }
        return known.orElse(null);
    }

    private boolean isJoined(PassiveSession session) {
        return session.legs().areTwo() || byUpstream.containsKey(session.number());
    }

    /** Whether what the upstream has not answered may be the word of another client, as in a connection that several share. */
    private boolean mayBeAnothers(Pair pair, Holder process) {
        if (!pair.upstream.standing().unanswered()) {
            return false;
        }
        for (PassiveSession other : sessions.values()) {
            boolean waits = other.standing().unanswered() && !isJoined(other);
            boolean third = !other.equals(pair.client) && !other.equals(pair.upstream);
            if (waits && third && isClientOf(process, pair.client, other) && !hasOwn(other)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isClientOf(Holder process, PassiveSession client, PassiveSession other) {
        Holder accepted = other.holder(Leg.UPSTREAM);
        boolean samePort = other.tuple().destinationPort() == client.tuple().destinationPort()
                && other.tuple().destination().equals(client.tuple().destination());
        return samePort || (accepted != null && accepted.processId() == process.processId());
    }

    /** Whether its word has gone out on a connection of its own, as far as that is known. */
    private boolean hasOwn(PassiveSession other) {
        JoinedLegs legs = legs(other);
        return legs != null && legs.client().tuple().equals(other.tuple());
    }
}
