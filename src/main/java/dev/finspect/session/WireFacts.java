package dev.finspect.session;

import dev.finspect.lifecycle.connection.CloseSegment;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.lifecycle.connection.HandshakeFacts;
import dev.finspect.lifecycle.connection.StreamFacts;
import dev.finspect.lifecycle.connection.SynFacts;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import org.jspecify.annotations.Nullable;

/**
 * Puts what captured segments told of a leg into its record. The wire wins for what it knows best: times, numbers, order,
 * states, what was sent again, closed windows. Bytes and segments stay with the socket and the kernel where those know them,
 * and so do counts where the capture did not see data, lost packets while the leg lived, or ended before it.
 */
public final class WireFacts {
    private WireFacts() {}

    /** The record with the wire's facts; {@code leg} itself when there are none. */
    public static LegRecord into(LegRecord leg, @Nullable LegWire wire) {
        if (wire == null) {
            return leg;
        }
        ConnectionFacts facts = wire.facts();
        return new LegRecord(
                leg.leg(),
                leg.peer(),
                leg.local(),
                leg.lookups(),
                leg.attempts(),
                handshake(leg.handshake(), facts),
                data(leg.data(), wire),
                WireClosing.of(leg.close(), wire),
                facts.zeek().connState(),
                wire.history(),
                facts.completeness(),
                wire);
    }

    /** The client's leg with the time from the last ACK of its handshake to accept(); both are of the wall clock. */
    static LegRecord withAcceptDelay(LegRecord client, long acceptedAtEpochNanos) {
        Handshake known = client.handshake();
        Fact<Long> ackAt = known.ackAt();
        if (ackAt == null || ackAt.source() != Source.WIRE || ackAt.value() > acceptedAtEpochNanos) {
            return client;
        }
        Handshake handshake = new Handshake(
                known.synAt(),
                known.synAckAt(),
                known.ackAt(),
                known.synToSynAck(),
                known.synAckToAck(),
                fact(acceptedAtEpochNanos - ackAt.value()),
                known.connectDuration(),
                known.rtt(),
                known.simultaneousOpen(),
                known.originator(),
                known.responder());
        return new LegRecord(
                client.leg(),
                client.peer(),
                client.local(),
                client.lookups(),
                client.attempts(),
                handshake,
                client.data(),
                client.close(),
                client.connState(),
                client.history(),
                client.completeness(),
                client.wire());
    }

    private static Handshake handshake(Handshake known, ConnectionFacts facts) {
        HandshakeFacts wire = facts.handshake();
        boolean both = facts.originator().syn() != null && facts.responder().syn() != null;
        return new Handshake(
                or(wire.synAtNanos(), known.synAt()),
                or(wire.synAckAtNanos(), known.synAckAt()),
                or(wire.ackAtNanos(), known.ackAt()),
                or(span(wire.synToSynAckNanos()), known.synToSynAck()),
                or(span(wire.synAckToAckNanos()), known.synAckToAck()),
                known.acceptDelay(),
                known.connectDuration(),
                keep(known.rtt(), span(wire.roundTripNanos())),
                both ? fact(wire.simultaneousOpen()) : known.simultaneousOpen(),
                side(known.originator(), facts.originator().syn()),
                side(known.responder(), facts.responder().syn()));
    }

    private static Handshake.Side side(Handshake.Side known, @Nullable SynFacts syn) {
        if (syn == null) {
            return known;
        }
        return new Handshake.Side(
                fact(syn.initialSequenceNumber()),
                fact(syn.acknowledgedAtNanos() != null),
                fact((long) syn.retransmits()),
                fact((long) syn.windowField()),
                or(number(syn.mssBytes()), known.mssBytes()),
                or(number(syn.windowScale()), known.windowScale()),
                fact(syn.sackPermitted()),
                fact(syn.timestamps()),
                fact((long) syn.ttl()));
    }

    private static LegData data(LegData known, LegWire wire) {
        StreamFacts received = wire.peerEnd().stream();
        StreamFacts sent = wire.localEnd().stream();
        boolean seen = wire.mode().seesData();
        // A PROXY header is no word of the session's, though the wire shows bytes.
        boolean saw = seen
                && (known.bytesSent().source() != Source.SOCKET
                        || known.bytesSent().value() > 0);
        TcpState state = wire.cut() ? null : wire.localEnd().state();
        return new LegData(
                known.bytesReceived(),
                known.bytesSent(),
                keep(known.segmentsReceived(), seen ? received.segments() : null),
                keep(known.segmentsSent(), seen ? sent.segments() : null),
                or(seen ? received.firstByteAtNanos() : null, known.firstReceivedAt()),
                or(seen && !wire.cut() ? received.lastByteAtNanos() : null, known.lastReceivedAt()),
                or(saw ? sent.firstByteAtNanos() : null, known.firstSentAt()),
                or(saw && !wire.cut() ? sent.lastByteAtNanos() : null, known.lastSentAt()),
                known.smoothedRtt(),
                known.minRtt(),
                count(wire, known.retransmitsSent(), sentAgain(wire, wire.peer().other())),
                count(wire, known.retransmitsReceived(), sentAgain(wire, wire.peer())),
                count(wire, known.retransmittedBytesSent(), seen ? sent.retransmittedBytes() : null),
                count(wire, known.retransmittedBytesReceived(), seen ? received.retransmittedBytes() : null),
                count(wire, known.peerZeroWindows(), wire.peerEnd().window().zeroWindowPeriods()),
                count(
                        wire,
                        known.peerZeroWindowTime(),
                        span(wire.peerEnd().window().zeroWindowNanos())),
                count(wire, known.localZeroWindows(), wire.localEnd().window().zeroWindowPeriods()),
                count(
                        wire,
                        known.localZeroWindowTime(),
                        span(wire.localEnd().window().zeroWindowNanos())),
                known.busyTime(),
                known.receiverLimitedTime(),
                known.sendBufferLimitedTime(),
                known.unackedSegments(),
                known.notSentBytes(),
                known.pausedTime(),
                known.pauses(),
                known.heldBytesMax(),
                known.undeliveredBytes(),
                seen ? keep(known.urgentSeen(), received.urgent() > 0) : known.urgentSeen(),
                or(state, known.state()));
    }

    /** Segments with data, SYNs and FINs that an end sent again; null where segments with data were not captured. */
    private static @Nullable Long sentAgain(LegWire wire, Endpoint end) {
        if (!wire.mode().seesData()) {
            return null;
        }
        SynFacts syn = wire.facts().of(end).syn();
        long again = wire.facts().of(end).stream().retransmittedSegments() + (syn == null ? 0 : syn.retransmits());
        for (CloseSegment segment : wire.facts().close().order()) {
            // Those of a FIN that carries data are among the segments of the stream already.
            boolean bareFin = segment.kind() == CloseSegment.Kind.FIN && segment.dataBytes() == 0;
            again += bareFin && segment.sender() == end ? segment.retransmits() : 0;
        }
        return again;
    }

    /** A count of the wire's, which may be too low after a loss: then what was known before stays. */
    private static @Nullable Fact<Long> count(LegWire wire, @Nullable Fact<Long> known, @Nullable Long counted) {
        return wire.lossy() ? keep(known, counted) : or(counted, known);
    }

    /** The wire's word, or what was known before where it has none. */
    static <T> @Nullable Fact<T> or(@Nullable T wire, @Nullable Fact<T> known) {
        return wire == null ? known : fact(wire);
    }

    /** What was known before, or the wire's word where nothing was. */
    static <T> @Nullable Fact<T> keep(@Nullable Fact<T> known, @Nullable T wire) {
        return known == null && wire != null ? fact(wire) : known;
    }

    /** A time between two stamps; null where the capture's clock went back between them, which makes it none. */
    public static @Nullable Long span(@Nullable Long nanos) {
        return nanos == null || nanos < 0 ? null : nanos;
    }

    static <T> Fact<T> fact(T value) {
        return new Fact<>(value, Source.WIRE);
    }

    private static @Nullable Long number(@Nullable Integer value) {
        return value == null ? null : value.longValue();
    }
}
