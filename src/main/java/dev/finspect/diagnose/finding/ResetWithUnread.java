package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.LegFindingKind;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.KernelReason;
import dev.finspect.diagnose.question.LostRequest;
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
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
            "bytes were seen unread in its socket, or its kernel says so (kernel tracing); it is rare where it had"
                    + " acknowledged everything",
            "the log of the PEER's program and of its kernel",
            OtherReadings::peer,
            ResetWithUnread::killed);

    private static final OtherReading GOODBYE = new OtherReading(
            "no-request",
            "what was sent was a goodbye, and nothing is lost",
            "bytes were seen unread in its socket, never acknowledged, or held back, or its kernel says that they were"
                    + " unread, of more than 100; rare where it is the first word,"
                    + " or the route has always answered such words",
            "the OTHER's log: did a request fail?",
            OtherReadings.by(Blame.NOBODY),
            ResetWithUnread::goodbye);

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
                || isGoodbye(snapshot)
                || isContinued(it)
                || SendProgress.tookNothing(it)
                || isOfNoSocket(it, rst)
                || KernelReason.isOtherThanUnread(rst)
                || isPassedOver(it, rst)
                || isInjected(it, rst)
                || Rest.endedByReset(snapshot, it)
                || !losesBytes(it, rst)) {
            return Optional.empty();
        }
        return Optional.of(new Situation(
                leg == Leg.CLIENT ? Blame.NOBODY : Blame.UPSTREAM,
                leg,
                rst.atEpochNanos(),
                new EvidenceList(leg)
                        .turn(it)
                        .at(Clue.RST_RECEIVED, rst.at())
                        .reason(rst.kernel())
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
        boolean atOnce = rst.atEpochNanos() - fin.atEpochNanos() <= SessionPhase.reactionNanos(leg)
                && leg.lastSentAt().or(Long.MAX_VALUE) <= fin.atEpochNanos()
                && SendProgress.tookEverything(leg);
        return atOnce || closedOnUpload(leg, fin, rst);
    }

    /** Whether the peer closed on an upload that went on: an early answer, its FIN, and the RST for what came after. */
    private static boolean closedOnUpload(LegRecord leg, CloseMark fin, CloseMark rst) {
        long reaction = SessionPhase.reactionNanos(leg);
        Rest rest = Rest.before(leg, rst.atEpochNanos());
        return leg.lastSentAt().or(Long.MIN_VALUE) >= fin.atEpochNanos() - reaction
                && rst.atEpochNanos() - leg.lastSentAt().or(Long.MAX_VALUE) <= reaction
                && (rest == null || rest.nanos().value() < reaction);
    }

    /** Whether what the upstream no longer took after its FIN is no longer than a goodbye: it was no upload. */
    private static boolean isGoodbye(Snapshot snapshot) {
        LostRequest lost = LostRequest.of(snapshot);
        return lost != null && lost.isTiny(snapshot.upstream());
    }

    /** Whether another record has the beginning, and with it perhaps the client's own end. */
    private static boolean isContinued(LegRecord leg) {
        return leg.wire() != null && leg.wire().earlierId() != null;
    }

    /**
     * Whether the RST shows that there was no socket any more, and with it no program that had left bytes unread: close() sends one
     * with ACK, or a FIN before (RFC 9293 sections 3.6.1 and 3.10.7.1).
     */
    private static boolean isOfNoSocket(LegRecord leg, CloseMark rst) {
        return !rst.ackFlag().or(true)
                && !leg.close().peerFin().isKnown()
                && !ReadProgress.hasUnread(leg)
                && !KernelReason.isUnread(leg);
    }

    /** Whether a rest was before the last word, and it was sent before any of that had arrived: it is not because of it. */
    private static boolean isPassedOver(LegRecord leg, CloseMark rst) {
        Long acked = rst.ackedBytes().orNull();
        Long turn = leg.data().turns().turnBytesSent().orNull();
        Rest rest = Rest.before(leg, leg.lastSentAt().or(rst.at().value()));
        return acked != null
                && turn != null
                && rest != null
                && rest.nanos().value() >= Turn.ANOTHER_WORD_NANOS
                && leg.bytesReceived() > 0
                && acked <= leg.bytesSent() - turn;
    }

    /** Whether it does not look like the peer's own; an answer to a segment may have taken another way back. */
    private static boolean isInjected(LegRecord leg, CloseMark rst) {
        return PeerReset.hopsOff(leg, rst) > 0 && !PeerReset.isAnswer(leg, rst);
    }

    private static boolean losesBytes(LegRecord leg, CloseMark rst) {
        if (ReadProgress.hasUnread(leg) || SendProgress.lacksBytes(leg) || isHeld(leg)) {
            return true;
        }
        if (leg.leg() == Leg.UPSTREAM && Turn.isUnanswered(leg) && KernelReason.isUnread(leg)) {
            return true;
        }
        boolean atOnce = rst.atEpochNanos() - Turn.lastBytesAt(leg) <= SessionPhase.reactionNanos(leg);
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
        if (KernelReason.isUnread(it)) {
            return ReadingResult.ruledOut(
                    "its kernel sent the RST since bytes were unread", situation.eventEpochNanos());
        }
        return SendProgress.tookEverything(it)
                ? ReadingResult.rare("it had acknowledged everything, and answered nothing")
                : ReadingResult.open();
    }

    private static ReadingResult goodbye(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        if (ReadProgress.hasUnread(it) || SendProgress.lacksBytes(it) || isHeld(it)) {
            return ReadingResult.ruledOut("bytes are lost", situation.eventEpochNanos());
        }
        if (KernelReason.isUnread(it) && !Turn.mayBeSmall(it)) {
            return ReadingResult.ruledOut(
                    "its kernel says that bytes were unread, and they are no goodbye", situation.eventEpochNanos());
        }
        return Turn.isToBeAnswered(it)
                ? ReadingResult.rare("such words are answered, and it reset instead")
                : ReadingResult.open();
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.UPSTREAM);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(KILLED, GOODBYE, OtherReadings.FORGED_RESET, OtherReadings.NOT_CAPTURED);
    }

    @Override
    protected String sentence(Words words) {
        String how = words.thePeer(words.leg(Leg.UPSTREAM)) + " closed before it had read everything sent to it"
                + Words.inBrackets(
                        words.bytes("", Clue.PEER_UNREAD, " unread"),
                        words.bytes("", Clue.BYTES_UNACKNOWLEDGED, " never acknowledged"))
                + ", so its kernel sent RST"
                + words.word(" (", Clue.RST_REASON, ")")
                + ". ";
        if (!words.finding().accuses()) {
            return how + "It wanted no more, which is its right; the rest is lost.";
        }
        return how + "That may have destroyed the end of its own answer too: " + words.program()
                + " must read to the end before it closes.";
    }

    @Override
    protected void next(NextCommands commands) {
        commands.aborts().nextPackets(false);
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "A peer closed with bytes unread, so its kernel sent RST instead of FIN; bytes are lost.",
                "RST right after data; bytes seen unread in its socket, or never acknowledged. A FIN just before the RST is part"
                        + " of its close() if it had acknowledged everything, as in programs written in Java.",
                "upstream; nobody if a client stopped",
                "none",
                "The program must read to the end before it closes, or shut down its sending first.",
                new RuleEntry.Rights(
                        "possible: the peer or the way",
                        "proved, if seen unread, or by the kernel's reason",
                        "likely, by the RST's time to live"));
    }
}
