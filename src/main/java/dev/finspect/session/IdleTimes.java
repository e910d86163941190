package dev.finspect.session;

import dev.finspect.record.IdleLimit;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Learns from all sessions of a route how long its connections may be idle: for each peer the longest rest that one survived, and
 * the shortest after which one was found dead. An upstream is one address and port, a client one address. Any thread.
 *
 * <p>Rests end seldom, so that one lock is enough.
 */
public final class IdleTimes {
    private static final int MOST_PEERS = 256;
    private static final int MOST_DEATHS = 16;

    /** The peers that were heard of latest. */
    private final Map<Object, Peer> peers = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Peer> eldest) {
            return size() > MOST_PEERS;
        }
    };

    /** After a rest as long as this the peer was heard again. */
    public synchronized void survived(Leg leg, @Nullable InetSocketAddress peer, long restNanos) {
        if (peer != null) {
            Peer known = peers.computeIfAbsent(key(leg, peer), unused -> new Peer());
            known.survivedNanos = Math.max(known.survivedNanos, restNanos);
            // Nothing forgets a connection sooner than that, now.
            known.deaths.removeIf(death -> death.restNanos <= restNanos);
        }
    }

    /**
     * After a rest as long as this the connection was dead.
     *
     * @param closed whether the peer ended it by a FIN
     */
    public synchronized void died(Leg leg, @Nullable InetSocketAddress peer, long restNanos, boolean closed) {
        if (peer == null) {
            return;
        }
        Peer known = peers.computeIfAbsent(key(leg, peer), unused -> new Peer());
        if (restNanos > known.survivedNanos) {
            known.deaths.add(new Death(restNanos, closed));
            known.deaths.sort(Comparator.comparingLong(Death::restNanos));
            if (known.deaths.size() > MOST_DEATHS) {
                known.deaths.remove(MOST_DEATHS);
            }
        }
    }

    /** What is known of this peer; none where its rests show no limit. */
    public synchronized Observation<IdleLimit> of(Leg leg, @Nullable InetSocketAddress peer) {
        Peer known = peer == null ? null : peers.get(key(leg, peer));
        IdleLimit limit = known == null ? null : known.limit();
        return limit == null ? Observation.none(Source.SOCKET) : Fact.inferred(limit);
    }

    /** The least limit of all peers of a leg. */
    public synchronized Optional<IdleLimit> least(Leg leg) {
        List<IdleLimit> limits = new ArrayList<>();
        peers.forEach((key, peer) -> {
            IdleLimit limit = (key instanceof InetSocketAddress) == (leg == Leg.UPSTREAM) ? peer.limit() : null;
            if (limit != null) {
                limits.add(limit);
            }
        });
        return limits.stream().min(Comparator.comparingLong(IdleLimit::diedNanos));
    }

    private static Object key(Leg leg, InetSocketAddress peer) {
        return leg == Leg.UPSTREAM || peer.getAddress() == null ? peer : peer.getAddress();
    }

    private record Death(long restNanos, boolean closed) {}

    private static final class Peer {
        private long survivedNanos;
        /** Those after longer rests than any that was survived, the shortest first. */
        private final List<Death> deaths = new ArrayList<>();

        /**
         * The limit, where deaths agree about it or survived rests come close to it. Programs also close when they like: only
         * three closes after the same rest show a time-out.
         */
        @Nullable
        IdleLimit limit() {
            if (deaths.isEmpty()) {
                return null;
            }
            Death first = deaths.get(0);
            int alike = (int) deaths.stream()
                    .filter(death -> death.restNanos <= first.restNanos + first.restNanos / 10)
                    .count();
            boolean enclosed = survivedNanos * 2 >= first.restNanos;
            return alike >= (first.closed ? 3 : enclosed ? 1 : 2)
                    ? IdleLimit.learnt(survivedNanos, first.restNanos, alike, first.closed)
                    : null;
        }
    }
}
