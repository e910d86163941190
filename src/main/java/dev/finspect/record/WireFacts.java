package dev.finspect.record;

import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.lifecycle.connection.FlightFacts;
import dev.finspect.lifecycle.connection.HandshakeFacts;
import dev.finspect.lifecycle.connection.StreamFacts;
import dev.finspect.lifecycle.connection.SynFacts;
import dev.finspect.lifecycle.connection.TurnFacts;
import dev.finspect.lifecycle.connection.WindowFacts;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.IcmpError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Merges what was captured of a leg into its record. Captured segments win for times, numbers, order, states, what was sent
 * again and closed windows. Counts of bytes and segments stay with the socket and the kernel where those have them, and so do
 * counts where the capture did not see data, lost packets while the leg lived, or ended before it.
 */
public final class WireFacts {
    /** Of a segment whose size is not known. */
    private static final long USUAL_MSS = 1_460;

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
                data(leg.data(), wire),
                WireClosing.of(leg, wire),
                leg.peerProgram(),
                wire);
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
                client.wire());
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
        if (synAck == null || synAck.againAtNanos().isEmpty()) {
            return absent(wire);
        }
        return Fact.wire(synAck.againAtNanos().get(synAck.againAtNanos().size() - 1));
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

    private static LegData data(LegData known, LegWire wire) {
        return new LegData(
                traffic(known.traffic(), wire),
                path(known.path(), wire),
                loss(known.loss(), wire),
                windows(known.windows(), wire),
                queue(known.queue(), wire),
                flight(known, wire),
                relay(known.relay(), wire),
                turns(known.turns(), wire));
    }

    private static LegData.Traffic traffic(LegData.Traffic known, LegWire wire) {
        StreamFacts received = wire.peerEnd().stream();
        StreamFacts sent = wire.localEnd().stream();
        boolean seen = wire.mode().seesData();
        // A PROXY header is not counted as data, although captured segments show its bytes.
        boolean saw = seen
                && (known.bytesSent().source() != Source.SOCKET
                        || known.bytesSent().value() > 0);
        return new LegData.Traffic(
                known.bytesReceived(),
                known.bytesSent(),
                keep(known.segmentsReceived(), seen ? received.segments() : null),
                keep(known.segmentsSent(), seen ? sent.segments() : null),
                or(
                        seen && received.lastInOrderAtNanos() != null ? received.firstByteAtNanos() : null,
                        known.firstReceivedAt()),
                or(seen && !wire.cut() ? received.lastInOrderAtNanos() : null, known.lastReceivedAt()),
                or(saw ? sent.firstByteAtNanos() : null, known.firstSentAt()),
                or(saw && !wire.cut() ? sent.lastByteAtNanos() : null, known.lastSentAt()));
    }

    private static LegData.Path path(LegData.Path known, LegWire wire) {
        FlightFacts heard = wire.peerEnd().flight();
        long errors = wire.facts().icmp().count();
        return new LegData.Path(
                known.smoothedRtt(),
                known.minRtt(),
                errors == 0 ? absent(wire) : Fact.wire(errors),
                lastIcmp(wire),
                heard.lastSegmentAtNanos() == null
                        ? known.peerTtls()
                        : Fact.wire(new LegData.Ttls(heard.leastTtl(), heard.greatestTtl())));
    }

    private static LegData.Loss loss(LegData.Loss known, LegWire wire) {
        boolean seen = wire.mode().seesData();
        Endpoint peer = wire.peer();
        return new LegData.Loss(
                count(wire, known.retransmitsSent(), sentAgain(wire, peer.other())),
                count(wire, known.retransmitsReceived(), sentAgain(wire, peer)),
                count(wire, known.bytesSent(), seen ? wire.localEnd().stream().retransmittedBytes() : null),
                count(
                        wire,
                        known.bytesReceived(),
                        seen ? wire.peerEnd().stream().retransmittedBytes() : null),
                hole(known.hole(), wire));
    }

    /** What the kernel cannot read is missing, whatever was captured; where it was not asked, the captured segments decide. */
    private static LegData.Hole hole(LegData.Hole kernel, LegWire wire) {
        if (!wire.mode().seesData() || wire.cut() || kernel.since().isNone()) {
            return kernel;
        }
        Long sinceNanos = wire.peerEnd().stream().holeSinceNanos();
        if (sinceNanos == null) {
            return kernel.since().isKnown() || wire.lossy()
                    ? kernel
                    : new LegData.Hole(Observation.none(Source.WIRE), at(wire));
        }
        return new LegData.Hole(Fact.wire(sinceNanos), at(wire));
    }

    private static Fact<Long> at(LegWire wire) {
        return Fact.wire(wire.facts().lastAtNanos());
    }

    private static LegData.Windows windows(LegData.Windows known, LegWire wire) {
        return new LegData.Windows(
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
                since(known.zeroWindowSince(), wire, zeroWindowSince(wire)),
                longestZeroWindow(known.longestZeroWindow(), wire),
                fullSince(known.fullSince(), wire));
    }

    /** The captured segments show it at every moment; the kernel is read only now and then. */
    private static Observation<Long> fullSince(Observation<Long> kernel, LegWire wire) {
        FlightFacts.PeerWindow window = wire.localEnd().flight().peerWindow();
        Long sinceNanos = window.fullSinceNanos();
        if (!wire.mode().seesData() || wire.lossy() || window.full() == null) {
            return kernel;
        }
        return sinceNanos == null ? Observation.none(Source.WIRE) : Fact.wire(sinceNanos);
    }

    private static LegData.Queue queue(LegData.Queue known, LegWire wire) {
        return new LegData.Queue(
                known.busyTime(),
                known.receiverLimitedTime(),
                known.sendBufferLimitedTime(),
                known.unackedSegments(),
                known.notSentBytes(),
                state(known.state(), wire));
    }

    private static Observation<TcpState> state(Observation<TcpState> known, LegWire wire) {
        return or(wire.cut() ? null : wire.localEnd().state(), known);
    }

    /** What is in flight; the kernel is more exact where it was asked. */
    private static LegData.Flight flight(LegData known, LegWire wire) {
        LegData.Flight kernel = known.flight();
        FlightFacts flight = wire.localEnd().flight();
        Long heardAt = wire.peerEnd().flight().lastSegmentAtNanos();
        boolean seen = wire.mode().seesData() && !wire.cut();
        return new LegData.Flight(
                kernel.unackedSegments().isKnown() || !seen
                        ? kernel.unackedSegments()
                        : Fact.inferred(segments(wire, flight.unacknowledged())),
                keep(kernel.bytesAcknowledged(), seen ? wire.localEnd().stream().acknowledgedBytes() : null),
                since(kernel.unackedSince(), wire, flight.sinceNanos()),
                keep(kernel.backoffs(), seen ? flight.retransmits() : null),
                keep(kernel.probes(), seen ? flight.probes() : null),
                or(wire.cut() ? null : heardAt, kernel.lastHeardAt()),
                localState(kernel.localState(), wire, known),
                kernel.retransmission());
    }

    /** The captured state, unless the capture has no ACK of a FIN that is acknowledged according to the kernel. */
    private static Observation<TcpState> localState(Observation<TcpState> kernel, LegWire wire, LegData known) {
        Observation<TcpState> state = state(known.queue().state(), wire);
        boolean late = state.orNull() == TcpState.FIN_WAIT_1 && kernel.isKnown();
        return late && kernel.orNull() != TcpState.FIN_WAIT_1 ? kernel : state;
    }

    private static LegData.Relay relay(LegData.Relay known, LegWire wire) {
        boolean urgent = wire.peerEnd().stream().urgent() > 0;
        return new LegData.Relay(
                known.pausedTime(),
                known.pauses(),
                known.pausedSince(),
                known.heldBytesMax(),
                known.undeliveredBytes(),
                wire.mode().seesData() ? keep(known.urgentSeen(), urgent) : known.urgentSeen(),
                known.headerBytes());
    }

    /** The captured rests where there are any: bytes handed to the kernel at once may take long to be sent. */
    private static LegData.Turns turns(LegData.Turns known, LegWire wire) {
        if (!wire.mode().seesData() || wire.cut()) {
            return known;
        }
        TurnFacts peers = wire.peerEnd().turns();
        TurnFacts ours = wire.localEnd().turns();
        return new LegData.Turns(
                keep(known.turnBytesSent(), ours.turnBytes()),
                keep(known.unansweredTurns(), peers.unansweredTurns()),
                known.longestAnswer().isNotObserved()
                        ? moment(wire, peers.longestAnswerNanos())
                        : known.longestAnswer(),
                moment(wire, peers.lastRestNanos()),
                moment(wire, peers.lastRestEndedAtNanos()),
                Observation.notObserved(),
                known.unansweredSince().isNotObserved() ? moment(wire, ours.turnSinceNanos()) : known.unansweredSince(),
                keep(known.answeredTurns(), ours.answeredTurns()));
    }

    /** Where the kernel's readings lack: a capture has the sum of all closures, of which the longest is no more. */
    private static Observation<Long> longestZeroWindow(Observation<Long> kernel, LegWire wire) {
        if (kernel.isKnown() || !wire.mode().seesData()) {
            return kernel;
        }
        WindowFacts window = wire.peerEnd().window();
        Long closedSince = window.closedSinceNanos();
        long current = closedSince == null ? 0 : Math.max(0, wire.facts().lastAtNanos() - closedSince);
        return Fact.wire(Math.max(0, window.zeroWindowNanos() - current));
    }

    private static @Nullable Long zeroWindowSince(LegWire wire) {
        FlightFacts flight = wire.localEnd().flight();
        boolean waits = flight.peerWindow().probed() || flight.unacknowledged() > 0;
        return waits ? wire.peerEnd().window().closedSinceNanos() : null;
    }

    /** Since when the state has lasted: from captured segments where they show it; none where the kernel shows its absence. */
    private static Observation<Long> since(Observation<Long> kernel, LegWire wire, @Nullable Long sinceNanos) {
        boolean seen = wire.mode().seesData() && !wire.cut();
        if (kernel.isNone() || !seen) {
            return kernel;
        }
        return sinceNanos != null ? Fact.wire(sinceNanos) : kernel.isKnown() ? kernel : absent(wire);
    }

    private static long segments(LegWire wire, long unacknowledged) {
        SynFacts syn = wire.peerEnd().syn();
        Integer mss = syn == null ? null : syn.mssBytes();
        long size = mss == null || mss <= 0 ? USUAL_MSS : mss;
        return (unacknowledged + size - 1) / size;
    }

    /** Segments with data, SYNs and FINs that an end sent again; null where segments with data were not captured. */
    private static @Nullable Long sentAgain(LegWire wire, Endpoint end) {
        if (!wire.mode().seesData()) {
            return null;
        }
        SynFacts syn = wire.facts().of(end).syn();
        StreamFacts stream = wire.facts().of(end).stream();
        return stream.retransmittedSegments() + stream.retransmittedBareFins() + (syn == null ? 0 : syn.retransmits());
    }

    /** A count of the capture's, which may be too low after a loss: then what was known before stays. */
    private static Observation<Long> count(LegWire wire, Observation<Long> known, @Nullable Long counted) {
        return wire.lossy() ? keep(known, counted) : or(counted, known);
    }

    /** Type and sender of the last ICMP error. */
    static Observation<String> lastIcmp(LegWire wire) {
        IcmpError last = wire.facts().icmp().last();
        return last == null ? absent(wire) : Fact.wire(last.kind().label() + " from " + last.from());
    }

    /** A captured moment or time; where there is none, whether the capture would have seen it. */
    static Observation<Long> moment(LegWire wire, @Nullable Long nanos) {
        return nanos == null ? absent(wire) : Fact.wire(nanos);
    }

    /** What the absence of segments says: none where the capture is complete, nothing otherwise. */
    static <T> Observation<T> absent(LegWire wire) {
        return wire.isComplete() ? Observation.none(Source.WIRE) : Observation.notObserved();
    }

    /** What was captured, or what was known before. */
    static <T> Observation<T> or(@Nullable T wire, Observation<T> known) {
        return wire == null ? known : Fact.wire(wire);
    }

    /** What was known before, or what was captured. */
    static <T> Observation<T> keep(Observation<T> known, @Nullable T wire) {
        return !known.isKnown() && wire != null ? Fact.wire(wire) : known;
    }

    /** A time between two stamps; null where the capture's clock went back between them, which makes it none. */
    public static @Nullable Long span(@Nullable Long nanos) {
        return nanos == null || nanos < 0 ? null : nanos;
    }

    private static @Nullable Long number(@Nullable Integer value) {
        return value == null ? null : value.longValue();
    }
}
