package dev.finspect.session.watch;

import dev.finspect.diagnose.ConnectTry;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.record.Attempt;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegClose;
import dev.finspect.record.LegData;
import dev.finspect.record.LegRecord;
import dev.finspect.record.PeerProgram;
import dev.finspect.tcp.Observation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies the record of a leg for the rules. */
final class LegSheet {
    private LegSheet() {}

    static LegSnapshot of(LegRecord leg) {
        LegSnapshot sheet = new LegSnapshot(leg.leg());
        sheet.peer = leg.peer();
        sheet.local = leg.local();
        sheet.establishedAt = leg.handshake().establishedAt().fact();
        sheet.synAt = leg.handshake().synAt().fact();
        sheet.synAckAt = leg.handshake().synAckAt().fact();
        sheet.ackAt = leg.handshake().ackAt().fact();
        sheet.acceptDelayNanos = leg.handshake().acceptDelay().fact();
        sheet.synRetransmits = leg.handshake().originator().retransmits().fact();
        sheet.synAckRetransmits = leg.handshake().responder().retransmits().fact();
        data(leg, sheet);
        closing(leg.close(), sheet);
        PeerProgram program = leg.peerProgram();
        sheet.peerSocket = program.socket().orNull();
        sheet.peerUnreadSince = program.unreadSince().fact();
        sheet.peerReadAt = program.readAt().fact();
        sheet.speaksElsewhere = program.speaksElsewhere().orNull();
        sheet.greetsElsewhere = program.greetsElsewhere().orNull();
        return sheet;
    }

    private static void data(LegRecord leg, LegSnapshot sheet) {
        LegData.Traffic traffic = leg.data().traffic();
        sheet.bytesReceived = traffic.bytesReceived();
        sheet.bytesSent = traffic.bytesSent();
        sheet.firstReceivedAt = traffic.firstReceivedAt().fact();
        sheet.lastReceivedAt = traffic.lastReceivedAt().fact();
        sheet.firstSentAt = traffic.firstSentAt().fact();
        sheet.lastSentAt = traffic.lastSentAt().fact();
        LegData.Turns turns = leg.data().turns();
        sheet.unansweredTurns = turns.unansweredTurns().fact();
        sheet.turnBytesSent = turns.turnBytesSent().fact();
        sheet.longestAnswerNanos = turns.longestAnswer().fact();
        sheet.lastRestNanos = turns.lastRest().fact();
        sheet.lastRestEndedAt = turns.lastRestEndedAt().fact();
        sheet.lastRestBytesSent = turns.lastRestBytesSent().fact();
        LegData.Flight flight = leg.data().flight();
        sheet.bytesAcknowledged = flight.bytesAcknowledged().fact();
        sheet.unackedSegments = flight.unackedSegments().fact();
        sheet.unackedSince = flight.unackedSince().fact();
        sheet.backoffs = flight.backoffs().fact();
        sheet.probes = flight.probes().fact();
        sheet.lastHeardAt = flight.lastHeardAt().fact();
        sheet.state = flight.localState().fact();
        sheet.notSentBytes = leg.data().queue().notSentBytes().fact();
        sheet.retransmitsSent = leg.data().loss().retransmitsSent().fact();
        sheet.retransmitsReceived = leg.data().loss().retransmitsReceived().fact();
        sheet.smoothedRttNanos = leg.roundTrip().fact();
        sheet.zeroWindowSince = leg.data().windows().zeroWindowSince().fact();
        sheet.pausedSince = leg.data().relay().pausedSince().fact();
        LegData.Ttls ttls = leg.data().path().peerTtls().orNull();
        sheet.peerTtls = ttls == null ? null : new LegSnapshot.Ttls(ttls.least(), ttls.greatest());
        sheet.icmpErrors = leg.data().path().icmpErrors().fact();
        sheet.lastIcmp = leg.data().path().lastIcmp().fact();
    }

    private static void closing(LegClose close, LegSnapshot sheet) {
        sheet.peerFin = mark(close.peerFin());
        sheet.localFin = mark(close.localFin());
        sheet.peerRst = mark(close.peerRst());
        sheet.localRst = mark(close.localRst());
        sheet.errno = close.errno().fact();
        sheet.bytesSentAfterPeerFin = close.afterFin().bytesSent().fact();
        sheet.bytesReceivedAfterLocalFin = close.afterFin().bytesReceived().fact();
    }

    private static LegSnapshot.@Nullable Mark mark(Observation<CloseMark> observed) {
        CloseMark mark = observed.orNull();
        return mark == null
                ? null
                : new LegSnapshot.Mark(
                        mark.at(),
                        mark.timeToAck().fact(),
                        mark.acknowledged().fact(),
                        mark.retransmits().fact(),
                        mark.inWindow().fact(),
                        mark.ttl().fact());
    }

    static List<ConnectTry> tries(LegRecord upstream) {
        return upstream.attempts().stream().map(LegSheet::attempt).toList();
    }

    private static ConnectTry attempt(Attempt attempt) {
        Attempt.End end = attempt.end();
        Attempt.Answers answers = attempt.answers();
        return new ConnectTry(
                attempt.address(),
                attempt.begunAt(),
                attempt.result(),
                end == null ? null : end.at(),
                end == null ? null : end.errno().fact(),
                answers.syns().fact(),
                answers.synAckAt().fact(),
                answers.rstAt().fact(),
                answers.icmp().fact(),
                answers.timeWaits().fact());
    }
}
