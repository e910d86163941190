package dev.finspect.record;

import static dev.finspect.record.WireMerge.absent;
import static dev.finspect.record.WireMerge.keep;
import static dev.finspect.record.WireMerge.lastIcmp;
import static dev.finspect.record.WireMerge.moment;
import static dev.finspect.record.WireMerge.or;
import static dev.finspect.record.WireMerge.span;

import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.lifecycle.connection.FlightFacts;
import dev.finspect.lifecycle.connection.StreamFacts;
import dev.finspect.lifecycle.connection.SynFacts;
import dev.finspect.lifecycle.connection.TurnFacts;
import dev.finspect.lifecycle.connection.WindowFacts;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import org.jspecify.annotations.Nullable;

/** Merges what was captured of a leg's data phase into its record, as {@link WireFacts} says. */
final class WireData {
    /** Of a segment whose size is not known. */
    private static final long USUAL_MSS = 1_460;

    private WireData() {}

    /** The data phase with what was captured. */
    static LegData of(LegData known, LegWire wire) {
        return new LegData(
                traffic(known.traffic(), wire),
                path(known.path(), wire),
                loss(known.loss(), wire),
                windows(known.windows(), wire),
                queue(known.queue(), wire),
                flight(known, wire),
                relay(known.relay(), wire),
                turns(known.turns(), wire),
                known.transfer());
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
                        : Fact.wire(new LegData.Ttls(heard.leastTtl(), heard.greatestTtl())),
                WireSizes.icmpMtu(wire));
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
                hole(known.hole(), wire),
                WireSizes.of(known.sizes(), wire));
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
                known.peerWindowBytes(),
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
                        : Fact.inferred(segmentsOf(wire, flight.unacknowledged())),
                keep(kernel.bytesAcknowledged(), seen ? wire.localEnd().stream().acknowledgedBytes() : null),
                since(kernel.unackedSince(), wire, flight.sinceNanos()),
                kernel.stalledUntil(),
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
                keep(known.answeredTurns(), ours.answeredTurns()),
                known.answeredTurnsTime(),
                known.answersTime(),
                keep(known.answers(), peers.answers()));
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

    private static long segmentsOf(LegWire wire, long unacknowledged) {
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
}
