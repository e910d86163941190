package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Contradiction;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.LegFindingKind;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.PeerHost;
import dev.finspect.diagnose.question.PeerReset;
import dev.finspect.diagnose.question.ReadProgress;
import dev.finspect.diagnose.question.Rest;
import dev.finspect.diagnose.question.SendProgress;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.question.Turn;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Leg;
import java.util.List;
import java.util.Optional;

/**
 * See {@link #entry()}. An upstream is blamed if it had not answered, or bytes were still on the way to it. A client may stop
 * when it likes: there it is reported only if bytes are lost, and blames nobody.
 */
@AutoService(FindingKind.class)
public final class ResetWithUnread extends LegFindingKind {
    public static final FindingId ID = new FindingId("reset-with-unread");

    private static final OtherReading KILLED = new OtherReading(
            "killed",
            "the PEER's program was killed, or resets on purpose (SO_LINGER 0)",
            "bytes were seen unread in its socket; it is rare where it had acknowledged everything",
            "the log of the PEER's program and of its kernel",
            OtherReadings::peer,
            ResetWithUnread::killed);

    /** As the connection tracking of a host does that takes a stray segment for one of its own. */
    private static final OtherReading RESET_BEFORE = new OtherReading(
            "reset-before",
            "the PEER's end had been reset before, by a device or a packet filter in finspect's name",
            "bytes were seen unread in its socket; its FIN came before; the RST has the ACK flag, so that a living"
                    + " socket sent it; rare where the peer's address is on this host",
            "a capture on the PEER's host: does an earlier RST arrive there?",
            OtherReadings::way,
            ResetWithUnread::resetBefore);

    public ResetWithUnread() {
        super(ID, SessionStage.CLOSING, 70);
    }

    @Override
    protected Optional<Situation> situation(Snapshot snapshot, Leg leg) {
        LegRecord it = snapshot.leg(leg);
        CloseMark rst = PeerReset.of(it);
        if (rst == null
                || it.bytesSent() == 0
                || !SessionPhase.endedByPeers(snapshot)
                || !closedAtOnce(it, rst)
                || snapshot.client().close().peerFin().isKnown()
                || isContinued(it)
                || SendProgress.tookNothing(it)
                || isInjected(it, rst)
                || Rest.endedByReset(snapshot, it)
                || !losesBytes(it, rst)) {
            return Optional.empty();
        }
        return Optional.of(new Situation(
                leg == Leg.CLIENT ? Blame.NOBODY : Blame.UPSTREAM,
                leg,
                rst.at().value(),
                new EvidenceList(leg)
                        .turn(it)
                        .at(Clue.RST_RECEIVED, rst.at())
                        .unacknowledged(it)
                        .peerSocket(it)
                        .pieces()));
    }

    /** Whether neither end had sent a FIN, or the peer only as part of its close(), after it had taken everything. */
    private static boolean closedAtOnce(LegRecord leg, CloseMark rst) {
        CloseMark fin = leg.close().peerFin().orNull();
        if (fin == null || leg.close().localFin().isKnown()) {
            return !leg.close().localFin().isKnown();
        }
        boolean atOnce = rst.at().value() - fin.at().value() <= SessionPhase.reactionNanos(leg)
                && leg.lastSentAt().or(Long.MAX_VALUE) <= fin.at().value()
                && SendProgress.tookEverything(leg);
        return atOnce || closedOnUpload(leg, fin, rst);
    }

    /** Whether the peer closed on an upload that went on: an early answer, its FIN, and the RST for what came after. */
    private static boolean closedOnUpload(LegRecord leg, CloseMark fin, CloseMark rst) {
        long reaction = SessionPhase.reactionNanos(leg);
        Rest rest = Rest.before(leg, rst.at().value());
        return leg.lastSentAt().or(Long.MIN_VALUE) >= fin.at().value() - reaction
                && rst.at().value() - leg.lastSentAt().or(Long.MAX_VALUE) <= reaction
                && (rest == null || rest.nanos().value() < reaction);
    }

    /** Whether another record has the beginning, and with it perhaps the client's own end. */
    private static boolean isContinued(LegRecord leg) {
        return leg.wire() != null && leg.wire().earlierId() != null;
    }

    /** Whether it does not look like the peer's own; an answer to a segment may have taken another way back. */
    private static boolean isInjected(LegRecord leg, CloseMark rst) {
        return PeerReset.hopsOff(leg, rst) > 0 && !PeerReset.isAnswer(leg, rst);
    }

    private static boolean losesBytes(LegRecord leg, CloseMark rst) {
        if (ReadProgress.hasUnread(leg) || SendProgress.lacksBytes(leg) || isHeld(leg)) {
            return true;
        }
        boolean atOnce = rst.at().value() - Turn.lastBytesAt(leg) <= SessionPhase.reactionNanos(leg);
        return leg.leg() == Leg.UPSTREAM && Turn.isUnanswered(leg) && atOnce;
    }

    /** Whether more was still to be sent to it. */
    private static boolean isHeld(LegRecord leg) {
        return leg.data().relay().undeliveredBytes().or(0L) > 0;
    }

    private static ReadingResult killed(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        if (ReadProgress.hasUnread(it)) {
            return ReadingResult.ruledOut("bytes were seen unread in its socket", snapshot.nowEpochNanos());
        }
        return SendProgress.tookEverything(it)
                ? ReadingResult.rare("it had acknowledged everything, and answered nothing")
                : ReadingResult.open();
    }

    private static ReadingResult resetBefore(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        CloseMark rst = PeerReset.of(it);
        if (ReadProgress.hasUnread(it)) {
            return ReadingResult.ruledOut("bytes were seen unread in its socket", snapshot.nowEpochNanos());
        }
        if (it.close().peerFin().isKnown()) {
            return ReadingResult.ruledOut("the PEER had sent its FIN");
        }
        if (rst != null && rst.ackFlag().or(false)) {
            return ReadingResult.ruledOut(
                    "a living socket sent the RST: it has the ACK flag",
                    rst.at().value());
        }
        return PeerHost.isHere(it)
                ? ReadingResult.rare("packet filters of this host seldom reset what its own programs use")
                : ReadingResult.open();
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(KILLED, RESET_BEFORE, OtherReadings.FORGED_RESET, OtherReadings.NOT_CAPTURED);
    }

    @Override
    protected String sentence(Words words) {
        String how = words.thePeer(words.leg(Leg.UPSTREAM)) + " closed before it had read everything sent to it"
                + Words.inBrackets(
                        words.bytes("", Clue.PEER_UNREAD, " unread"),
                        words.bytes("", Clue.BYTES_UNACKNOWLEDGED, " never acknowledged"))
                + ", so its kernel sent RST. ";
        if (!words.finding().accuses()) {
            return how + "It wanted no more, which is its right; the rest is lost.";
        }
        return how + "That may have destroyed the end of its own answer too: " + words.program()
                + " must read to the end before it closes.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(
                Contradiction.of(
                        "a program that sets SO_LINGER to 0, or was killed: it resets without unread bytes too"),
                Contradiction.of("an RST with another time to live than the peer's"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.aborts().nextPackets(false);
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "A peer closed with bytes unread, so its kernel sent RST instead of FIN; bytes are lost.",
                "RST right after data; bytes seen unread in its socket, or never acknowledged. A FIN just before the"
                    + " RST is part of its close() if it had acknowledged everything, as in programs written in Java.",
                "upstream; nobody if a client stopped",
                "none",
                "The program must read to the end before it closes, or shut down its sending first.",
                new RuleEntry.Rights(
                        "possible: the peer or the way",
                        "proved, if seen unread",
                        "likely, by the RST's time to live"));
    }
}
