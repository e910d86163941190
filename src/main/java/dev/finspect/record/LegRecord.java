package dev.finspect.record;

import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one leg at one moment.
 *
 * @param ends the addresses of both ends
 * @param search how an upstream was looked for; empty for the client leg
 * @param handshake how it was opened
 * @param data the data phase
 * @param close how it was closed
 * @param peerProgram what the peer's own host and the other sessions of the route show of the peer's program
 * @param wire all that was captured of it, null without
 * @param tls what its peer sent of a TLS handshake in clear; null where the route does not observe that
 */
public record LegRecord(
        Leg leg,
        Ends ends,
        Search search,
        Handshake handshake,
        LegData data,
        LegClose close,
        PeerProgram peerProgram,
        @Nullable LegWire wire,
        @Nullable LegTls tls) {
    /** The upstream leg of a record that has one connection alone: written as null. */
    public static final LegRecord NONE = new LegRecord(
            Leg.UPSTREAM,
            Ends.UNKNOWN,
            Search.NONE,
            Handshake.NOT_OBSERVED,
            LegData.NOT_OBSERVED,
            LegClose.NOT_OBSERVED,
            PeerProgram.NOT_OBSERVED,
            null,
            null);

    /**
     * The addresses of both ends.
     *
     * @param peer the far end; null for an upstream that was never reached
     * @param local finspect's end; null likewise
     * @param tracking what this host's connection tracking knew of the connection between them; not observed where it was not
     *     asked: it is asked only where bytes stay unacknowledged
     */
    public record Ends(
            @Nullable InetSocketAddress peer, @Nullable InetSocketAddress local, Observation<Tracking> tracking) {
        /** Neither is known. */
        public static final Ends UNKNOWN = new Ends(null, null);

        /** Of a connection about which connection tracking was not asked. */
        public Ends(@Nullable InetSocketAddress peer, @Nullable InetSocketAddress local) {
            this(peer, local, Observation.notObserved());
        }
    }

    /**
     * How an upstream was looked for.
     *
     * @param lookups look-ups of names, in order; empty for addresses given as numbers
     * @param attempts addresses tried, in order; the last may still be going on
     * @param reachedElsewhere when another session of the route last reached the address that is tried now; not observed where the
     *     route does not remember that
     */
    public record Search(List<Lookup> lookups, List<Attempt> attempts, Observation<Long> reachedElsewhere) {
        /** It was not. */
        public static final Search NONE = new Search(List.of(), List.of());

        /** Of what this session alone shows. */
        public Search(List<Lookup> lookups, List<Attempt> attempts) {
            this(lookups, attempts, Observation.notObserved());
        }
    }

    /** The far end's address; null for an upstream that was never reached. */
    public @Nullable InetSocketAddress peer() {
        return ends.peer;
    }

    /** finspect's address on this leg; null for an upstream that was never reached. */
    public @Nullable InetSocketAddress local() {
        return ends.local;
    }

    /** What this host's connection tracking knew of it; null where it was not asked. */
    public @Nullable Tracking tracking() {
        return ends.tracking.orNull();
    }

    /** Bytes sent to the peer in all. */
    public long bytesSent() {
        return data.traffic().bytesSent().value();
    }

    /** Bytes received from the peer in all. */
    public long bytesReceived() {
        return data.traffic().bytesReceived().value();
    }

    /** When the last bytes were sent to the peer: wall clock, nanoseconds since the Unix epoch. */
    public Observation<Long> lastSentAt() {
        return data.traffic().lastSentAt();
    }

    /** When the last bytes were received from the peer; same clock. */
    public Observation<Long> lastReceivedAt() {
        return data.traffic().lastReceivedAt();
    }

    /** The peer's own socket, as the latest look-up on this host found it; null without one. */
    public @Nullable PeerSocket peerSocket() {
        return peerProgram.socket().orNull();
    }

    /** Look-ups of names, in order. */
    public List<Lookup> lookups() {
        return search.lookups;
    }

    /** Addresses tried, in order, the one that goes on among them. */
    public List<Attempt> attempts() {
        return search.attempts;
    }

    /** Whether it is {@link #NONE}. */
    public boolean isNone() {
        return ends.peer == null && equals(NONE);
    }

    /** The attempts of finspect that have ended: those that records show. */
    public List<Attempt> endedAttempts() {
        for (Attempt attempt : search.attempts) {
            if (attempt.end() == null || attempt.target() == null) {
                return search.attempts.stream()
                        .filter(each -> each.end() != null && each.target() != null)
                        .toList();
            }
        }
        return search.attempts;
    }

    /** Zeek's {@code conn_state}, null without a capture. */
    public @Nullable String connState() {
        return wire == null ? null : wire.facts().zeek().connState();
    }

    /** Zeek's letters, null without a capture. */
    public @Nullable String history() {
        return wire == null ? null : wire.history();
    }

    /** Wireshark's sum, null without a capture. */
    public @Nullable Integer completeness() {
        return wire == null ? null : (Integer) wire.facts().completeness();
    }

    /** The smoothed round trip, or that of the handshake where no other is known. Nanoseconds. */
    public Observation<Long> roundTrip() {
        return data.path().smoothedRtt().isKnown() ? data.path().smoothedRtt() : handshake.rtt();
    }

    /** Whether the leg was ever established. */
    public boolean established() {
        return handshake.establishedAt().isKnown();
    }

    /**
     * Whether everything sent, a FIN included, is acknowledged; null where that is not known. A reset empties the kernel's queue,
     * which then proves nothing: what was acknowledged before does.
     */
    public @Nullable Boolean allAcknowledged() {
        LegData.Flight flight = data.flight();
        Long unacked = flight.unackedSegments().orNull();
        boolean emptied = close.peerRst().isKnown()
                || close.localRst().isKnown()
                || close.errno().isKnown();
        if (unacked != null && (unacked > 0 || !emptied)) {
            return unacked == 0 && data.queue().notSentBytes().or(0L) == 0;
        }
        if (flight.unackedSince().isKnown()) {
            return false;
        }
        Long acknowledged = flight.bytesAcknowledged().orNull();
        CloseMark fin = close.localFin().orNull();
        Boolean finAcknowledged =
                fin == null ? Boolean.TRUE : fin.acknowledged().orNull();
        if (acknowledged == null || finAcknowledged == null) {
            return null;
        }
        return finAcknowledged && acknowledged >= bytesSent();
    }

    /**
     * How many of the bytes sent the peer's kernel has taken: those that it acknowledged, by its RST too where that ended the leg.
     */
    public Observation<Long> bytesTaken() {
        Observation<Long> acknowledged = data.flight().bytesAcknowledged();
        CloseMark rst = close.peerRst().orNull();
        if (rst == null || !rst.inWindow().or(true) || !acknowledged.isKnown()) {
            return acknowledged;
        }
        return rst.ackedBytes().or(0L) > acknowledged.or(0L) ? rst.ackedBytes() : acknowledged;
    }

    /** Whether either end has sent a FIN or an RST, or an error ended the leg. */
    public boolean closing() {
        return close.peerFin().isKnown()
                || close.localFin().isKnown()
                || close.peerRst().isKnown()
                || close.localRst().isKnown()
                || close.errno().isKnown();
    }

    /** The same, closed so. */
    public LegRecord with(LegClose closed) {
        return new LegRecord(leg, ends, search, handshake, data, closed, peerProgram, wire, tls);
    }

    /** The same with what connection tracking knew of it. */
    public LegRecord tracked(Observation<Tracking> tracking) {
        Ends known = new Ends(ends.peer, ends.local, tracking);
        return new LegRecord(leg, known, search, handshake, data, close, peerProgram, wire, tls);
    }

    /** The same with what other sessions show of the address that is tried. */
    public LegRecord reachedElsewhere(Observation<Long> at) {
        Search known = new Search(search.lookups, search.attempts, at);
        return new LegRecord(leg, ends, known, handshake, data, close, peerProgram, wire, tls);
    }

    /** The same with what is known of the peer's program. */
    public LegRecord with(PeerProgram seen) {
        return new LegRecord(leg, ends, search, handshake, data, close, seen, wire, tls);
    }
}
