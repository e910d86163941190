package dev.finspect.record;

import static dev.finspect.record.WireMerge.absent;
import static dev.finspect.record.WireMerge.keep;
import static dev.finspect.record.WireMerge.lastIcmp;
import static dev.finspect.record.WireMerge.moment;
import static dev.finspect.record.WireMerge.or;
import static dev.finspect.record.WireMerge.span;

import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.HandshakeFacts;
import dev.finspect.lifecycle.connection.StreamFacts;
import dev.finspect.lifecycle.connection.SynFacts;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Merges what was captured of a leg into its record. Captured segments win for times, numbers, order, states, what was sent
 * again and closed windows. Counts of bytes and segments stay with the socket and the kernel where those have them, and so do
 * counts where the capture did not see data, lost packets while the leg lived, or ended before it.
 */
public final class WireFacts {
    private WireFacts() {}

    /** The record with what was captured; {@code leg} itself when nothing was. */
    public static LegRecord into(LegRecord leg, @Nullable LegWire wire) {
        if (wire == null) {
            return leg;
        }
        return new LegRecord(
                leg.leg(),
                leg.ends(),
                leg.search(),
                handshake(leg.handshake(), wire),
                WireData.of(leg.data(), wire),
                WireClosing.of(leg, wire),
                leg.peerProgram(),
                wire,
                leg.tls());
    }

    /** The attempt with what was captured of it; {@code attempt} itself where nothing was. */
    public static Attempt into(Attempt attempt, @Nullable LegWire wire) {
        if (wire == null) {
            return attempt;
        }
        HandshakeFacts handshake = wire.facts().handshake();
        SynFacts syn = wire.localEnd().syn();
        Attempt.Answers seen = new Attempt.Answers(
                or(
                        syn == null ? null : syn.retransmits() + 1L,
                        attempt.answers().syns()),
                moment(wire, handshake.synAckAtNanos()),
                moment(wire, handshake.refusedAtNanos()),
                lastIcmp(wire),
                attempt.answers().timeWaits(),
                moment(wire, handshake.detours().challengedAtNanos()),
                moment(wire, handshake.detours().withdrawnAtNanos()),
                or(
                        syn == null ? null : (Long) lastSentAtNanos(syn),
                        attempt.answers().lastSynAt()));
        return new Attempt(
                attempt.target(), attempt.address(), attempt.local(), attempt.begunAt(), attempt.end(), seen, wire);
    }

    private static long lastSentAtNanos(SynFacts syn) {
        List<Long> again = syn.againAtNanos();
        return again.isEmpty() ? syn.atNanos() : again.get(again.size() - 1);
    }

    /** A leg of which nothing but captured segments is known. */
    public static LegRecord alone(Leg leg, LegRecord.Ends ends, LegRecord.Search search, LegWire wire) {
        Fact<Long> received = Fact.wire(bytes(wire.peerEnd().stream()));
        Fact<Long> sent = Fact.wire(bytes(wire.localEnd().stream()));
        LegRecord bare = new LegRecord(
                leg,
                ends,
                search,
                Handshake.NOT_OBSERVED,
                LegData.ofBytes(received, sent),
                LegClose.NOT_OBSERVED,
                PeerProgram.NOT_OBSERVED,
                null,
                null);
        return into(bare, wire);
    }

    /** Bytes of a stream by sequence numbers. */
    public static long bytes(StreamFacts stream) {
        return stream.uniqueBytes() + stream.missedBytes();
    }

    /** The client's leg with the time from the last ACK of its handshake to accept(); both are of the wall clock. */
    public static LegRecord withAcceptDelay(LegRecord client, long acceptedAtEpochNanos) {
        Fact<Long> ackAt = client.handshake().ackAt().fact();
        if (ackAt == null || ackAt.source() != Source.WIRE || ackAt.value() > acceptedAtEpochNanos) {
            return client;
        }
        return new LegRecord(
                client.leg(),
                client.ends(),
                client.search(),
                client.handshake().withAcceptDelay(Fact.wire(acceptedAtEpochNanos - ackAt.value())),
                client.data(),
                client.close(),
                client.peerProgram(),
                client.wire(),
                client.tls());
    }

    private static Handshake handshake(Handshake known, LegWire wire) {
        ConnectionFacts facts = wire.facts();
        boolean both = facts.originator().syn() != null && facts.responder().syn() != null;
        return new Handshake(
                segments(known.segments(), wire),
                known.establishedAt().isKnown() ? known.establishedAt() : established(wire),
                known.acceptDelay(),
                known.connectDuration(),
                both ? Fact.wire(facts.handshake().simultaneousOpen()) : known.simultaneousOpen(),
                side(known.originator(), facts.originator().syn()),
                side(known.responder(), facts.responder().syn()));
    }

    /** Where the capture has no bare ACKs, the first segment that acknowledges the SYN-ACK is a FIN or RST, and not the ACK. */
    private static Handshake.Segments segments(Handshake.Segments known, LegWire wire) {
        HandshakeFacts seen = wire.facts().handshake();
        boolean acks = wire.acksCaptured();
        return new Handshake.Segments(
                or(seen.synAtNanos(), known.synAt()),
                or(seen.synAckAtNanos(), known.synAckAt()),
                or(acks ? seen.ackAtNanos() : null, known.ackAt()),
                or(span(seen.synToSynAckNanos()), known.synToSynAck()),
                or(acks ? span(seen.synAckToAckNanos()) : null, known.synAckToAck()),
                keep(known.rtt(), acks ? span(seen.roundTripNanos()) : null),
                lastSynAck(wire));
    }

    private static Observation<Long> lastSynAck(LegWire wire) {
        SynFacts synAck = wire.facts().responder().syn();
        return synAck == null || synAck.againAtNanos().isEmpty() ? absent(wire) : Fact.wire(lastSentAtNanos(synAck));
    }

    /**
     * The ACK of the handshake; where that was not captured, the first segment that shows that it had passed, or the first of a
     * connection whose handshake was not captured. Segments that were all left out for their checksums show nothing.
     */
    private static Observation<Long> established(LegWire wire) {
        ConnectionFacts facts = wire.facts();
        Long ackAt = facts.handshake().ackAtNanos();
        if (ackAt != null) {
            return wire.acksCaptured() ? Fact.wire(ackAt) : Fact.inferred(ackAt);
        }
        Long before = facts.handshake().detours().ackedBeforeNanos();
        if (before != null) {
            return Fact.inferred(before);
        }
        boolean any = facts.originator().stream().segments() > 0
                || facts.responder().stream().segments() > 0;
        return facts.midStream() && any ? Fact.inferred(facts.firstAtNanos()) : Observation.notObserved();
    }

    private static Handshake.Side side(Handshake.Side known, @Nullable SynFacts syn) {
        if (syn == null) {
            return known;
        }
        return new Handshake.Side(
                Fact.wire(syn.initialSequenceNumber()),
                Fact.wire(syn.acknowledgedAtNanos() != null),
                Fact.wire((long) syn.retransmits()),
                Fact.wire((long) syn.windowField()),
                Fact.wire((long) syn.ttl()),
                new Handshake.Options(
                        or(number(syn.mssBytes()), known.options().mssBytes()),
                        or(number(syn.windowScale()), known.options().windowScale()),
                        Fact.wire(syn.sackPermitted()),
                        Fact.wire(syn.timestamps())));
    }

    private static @Nullable Long number(@Nullable Integer value) {
        return value == null ? null : value.longValue();
    }
}
