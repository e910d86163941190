package dev.finspect.session;

import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.lifecycle.connection.CloseFacts;
import dev.finspect.lifecycle.connection.CloseSegment;
import dev.finspect.lifecycle.connection.CloseSegment.Kind;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.lifecycle.connection.FlightFacts;
import dev.finspect.lifecycle.connection.IcmpFacts;
import dev.finspect.lifecycle.connection.SynFacts;
import dev.finspect.lifecycle.connection.TurnFacts;
import dev.finspect.lifecycle.connection.WindowFacts;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.IcmpError;
import org.jspecify.annotations.Nullable;

/** Fills what rules may know of a leg out of its record: the one place that does. */
final class LegSheet {
    /** Of a segment whose size nobody told. */
    private static final long USUAL_MSS = 1_460;

    private LegSheet() {}

    /** What the record tells, the wire's facts in it; what only a living session knows is not in it. */
    static LegSnapshot of(LegRecord leg, @Nullable Fact<Long> establishedAt) {
        LegSnapshot sheet = new LegSnapshot(leg.leg());
        sheet.peer = leg.peer();
        sheet.local = leg.local();
        sheet.establishedAt = establishedAt;
        opening(leg.handshake(), sheet);
        data(leg, sheet);
        closing(leg, sheet);
        LegWire wire = leg.wire();
        if (wire != null) {
            wire(wire, sheet);
        }
        return sheet;
    }

    private static void opening(Handshake handshake, LegSnapshot sheet) {
        sheet.synAt = handshake.synAt();
        sheet.synAckAt = handshake.synAckAt();
        sheet.ackAt = handshake.ackAt();
        sheet.acceptDelayNanos = handshake.acceptDelay();
        sheet.synRetransmits = handshake.originator().retransmits();
        sheet.synAckRetransmits = handshake.responder().retransmits();
    }

    private static void data(LegRecord leg, LegSnapshot sheet) {
        LegData data = leg.data();
        sheet.bytesReceived = data.bytesReceived();
        sheet.bytesSent = data.bytesSent();
        sheet.firstReceivedAt = data.firstReceivedAt();
        sheet.lastReceivedAt = data.lastReceivedAt();
        sheet.firstSentAt = data.firstSentAt();
        sheet.lastSentAt = data.lastSentAt();
        sheet.unackedSegments = data.unackedSegments();
        sheet.notSentBytes = data.notSentBytes();
        sheet.retransmitsSent = data.retransmitsSent();
        sheet.retransmitsReceived = data.retransmitsReceived();
        sheet.smoothedRttNanos = data.smoothedRtt() == null ? leg.handshake().rtt() : data.smoothedRtt();
        sheet.state = data.state();
    }

    private static void closing(LegRecord leg, LegSnapshot sheet) {
        LegClose close = leg.close();
        LegWire wire = leg.wire();
        CloseFacts segments = wire == null ? null : wire.facts().close();
        Endpoint peer = wire == null ? Endpoint.ORIGINATOR : wire.peer();
        boolean cut = wire != null && wire.cut();
        sheet.peerFin = mark(close.peerFin(), null, segments == null ? null : segments.first(peer, Kind.FIN), cut);
        sheet.localFin = mark(
                close.localFin(),
                acknowledged(leg.data().state()),
                segments == null ? null : segments.first(peer.other(), Kind.FIN),
                cut);
        sheet.peerRst = mark(close.peerRst(), null, segments == null ? null : WireClosing.rst(segments, peer), cut);
        sheet.localRst =
                mark(close.localRst(), null, segments == null ? null : WireClosing.rst(segments, peer.other()), cut);
        sheet.errno = close.errno();
        sheet.bytesSentAfterPeerFin = close.bytesSentAfterPeerFin();
        sheet.bytesReceivedAfterLocalFin = close.bytesReceivedAfterLocalFin();
    }

    /** Whether finspect's FIN is, by the state of its end as the kernel has it. */
    private static @Nullable Fact<Boolean> acknowledged(@Nullable Fact<TcpState> state) {
        if (state == null) {
            return null;
        }
        return switch (state.value()) {
            case FIN_WAIT_2, TIME_WAIT -> new Fact<>(true, state.source());
            case FIN_WAIT_1, CLOSING, LAST_ACK -> new Fact<>(false, state.source());
            case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT -> null;
        };
    }

    /**
     * A FIN or RST.
     *
     * @param byState whether it is acknowledged, as sockets tell
     * @param segment what the wire has of it
     * @param cut whether nobody could see its ACK if it came later
     */
    private static LegSnapshot.@Nullable Mark mark(
            LegClose.@Nullable Flag flag,
            @Nullable Fact<Boolean> byState,
            @Nullable CloseSegment segment,
            boolean cut) {
        if (flag == null) {
            return null;
        }
        if (segment == null) {
            return new LegSnapshot.Mark(flag.at(), flag.timeToAck(), byState, flag.retransmits(), null, null);
        }
        boolean fin = segment.kind() == Kind.FIN;
        boolean seen = segment.ackNanos() != null;
        return new LegSnapshot.Mark(
                flag.at(),
                flag.timeToAck(),
                fin ? (cut && !seen ? byState : WireFacts.fact(seen)) : null,
                flag.retransmits(),
                fin ? null : WireFacts.fact(segment.inWindow()),
                WireFacts.fact((long) segment.ttl()));
    }

    private static void wire(LegWire wire, LegSnapshot sheet) {
        FlightFacts heard = wire.peerEnd().flight();
        sheet.lastHeardAt =
                wire.cut() ? sheet.lastHeardAt : WireFacts.or(heard.lastSegmentAtNanos(), sheet.lastHeardAt);
        if (heard.lastSegmentAtNanos() != null) {
            sheet.peerTtls = new LegSnapshot.Ttls(heard.leastTtl(), heard.greatestTtl());
        }
        IcmpFacts icmp = wire.facts().icmp();
        IcmpError last = icmp.last();
        if (last != null) {
            sheet.icmpErrors = WireFacts.fact(icmp.count());
            sheet.lastIcmp = WireFacts.fact(last.kind().label() + " from " + last.from());
        }
        if (wire.mode().seesData() && !wire.cut()) {
            flight(wire, sheet);
        }
    }

    /** What is in flight; the kernel knows better where it was asked. */
    private static void flight(LegWire wire, LegSnapshot sheet) {
        FlightFacts flight = wire.localEnd().flight();
        TurnFacts own = wire.localEnd().turns();
        TurnFacts peers = wire.peerEnd().turns();
        sheet.turnBytesSent = WireFacts.fact(own.turnBytes());
        sheet.unansweredTurns = WireFacts.fact(peers.unansweredTurns());
        sheet.longestAnswerNanos = WireFacts.or(peers.longestAnswerNanos(), null);
        sheet.lastRestNanos = WireFacts.or(peers.lastRestNanos(), null);
        sheet.lastRestEndedAt = WireFacts.or(peers.lastRestEndedAtNanos(), null);
        if (sheet.unackedSegments == null) {
            sheet.unackedSegments = Fact.inferred(segments(wire, flight.unacknowledged()));
        }
        if (sheet.bytesAcknowledged == null) {
            sheet.bytesAcknowledged = WireFacts.fact(wire.localEnd().stream().acknowledgedBytes());
        }
        sheet.unackedSince = WireFacts.or(flight.sinceNanos(), null);
        sheet.backoffs = WireFacts.fact(flight.retransmits());
        sheet.probes = WireFacts.fact(flight.probes());
        WindowFacts window = wire.peerEnd().window();
        boolean waits = flight.probes() > 0 || flight.unacknowledged() > 0;
        sheet.zeroWindowSince = waits ? WireFacts.or(window.closedSinceNanos(), null) : null;
    }

    private static long segments(LegWire wire, long unacknowledged) {
        SynFacts syn = wire.peerEnd().syn();
        Integer mss = syn == null ? null : syn.mssBytes();
        long size = mss == null || mss <= 0 ? USUAL_MSS : mss;
        return (unacknowledged + size - 1) / size;
    }
}
