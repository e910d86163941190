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
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.PeerReset;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.question.Turn;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * See {@link #entry()}. A client's goodbye (a close_notify, Terminate, QUIT) is followed by a FIN as well, and asks for no
 * answer. So it is reported only of an upstream that has not yet sent anything, or that resets.
 */
@AutoService(FindingKind.class)
public final class HalfCloseRefused extends FindingKind {
    public static final FindingId ID = new FindingId("half-close-refused");
    private static final long TOGETHER_NANOS = Duration.ofSeconds(1).toNanos();

    private static final OtherReading CLIENT_LEFT = new OtherReading(
            "client-left",
            "the client's FIN was the end of it: it had closed, and waited for no answer",
            "nothing; it is rare where the route answers such words, and the upstream reset",
            "the client: does it go on reading after it has finished sending?",
            OtherReadings.by(Blame.NOBODY),
            HalfCloseRefused::clientLeft);

    public HalfCloseRefused() {
        super(ID, SessionStage.CLOSING, 90);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        LegRecord it = snapshot.upstream();
        CloseMark fin = it.close().localFin().orNull();
        CloseMark rst = PeerReset.of(it);
        CloseMark peerFin = it.close().peerFin().orNull();
        CloseMark end = peerFin == null ? rst : peerFin;
        if (fin == null || end == null || !isAsked(snapshot, fin.atEpochNanos())) {
            return List.of();
        }
        long endAfterNanos = end.atEpochNanos() - fin.atEpochNanos();
        if (endAfterNanos < 0 || endAfterNanos > SessionPhase.reactionNanos(it) || !isRefusal(it, rst != null)) {
            return List.of();
        }
        return List.of(new Situation(
                Blame.UPSTREAM,
                Leg.UPSTREAM,
                end.atEpochNanos(),
                new EvidenceList(Leg.UPSTREAM)
                        .turn(it)
                        .at(Clue.FIN_SENT, fin.at())
                        .act(Clue.FIN_RECEIVED, peerFin)
                        .act(Clue.RST_RECEIVED, rst)
                        .pieces()));
    }

    /** Whether a request was sent together with the FIN, and is not answered. */
    private static boolean isAsked(Snapshot snapshot, long finAt) {
        LegRecord it = snapshot.upstream();
        Fact<Long> sent = it.lastSentAt().fact();
        boolean whole = it.wire() == null
                || !(it.wire().startMissed() || it.wire().facts().midStream());
        return SessionPhase.endedByPeers(snapshot)
                && whole
                && snapshot.client().bytesReceived() > 0
                && sent != null
                && Turn.isUnanswered(it)
                && !Turn.waitsForNothing(snapshot.client(), it)
                && !Turn.neverAnswers(it)
                && Math.abs(finAt - sent.value()) <= TOGETHER_NANOS;
    }

    /**
     * Whether the end refuses the half-close. An upstream that closes in answer, and has never sent a byte to any client, has
     * taken an upload.
     */
    private static boolean isRefusal(LegRecord upstream, boolean reset) {
        boolean answersElsewhere =
                Boolean.TRUE.equals(upstream.peerProgram().speaksElsewhere().orNull());
        if (upstream.bytesReceived() == 0) {
            return reset || answersElsewhere;
        }
        return reset && upstream.data().turns().turnBytesSent().isKnown() && !Turn.isSmall(upstream);
    }

    private static ReadingResult clientLeft(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.upstream();
        boolean answersElsewhere =
                Boolean.TRUE.equals(it.peerProgram().speaksElsewhere().orNull());
        return answersElsewhere && PeerReset.of(it) != null
                ? ReadingResult.rare("the route answers such words, and the upstream reset")
                : ReadingResult.open();
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.UPSTREAM);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(CLIENT_LEFT, OtherReadings.FORGED_RESET, OtherReadings.NOT_CAPTURED);
    }

    @Override
    protected String sentence(Words words) {
        Leg leg = words.leg(Leg.UPSTREAM);
        return words.thePeer(leg) + " answered the half-close of " + words.peer(leg.other())
                + " by " + (words.has(Clue.RST_RECEIVED) ? "resetting" : "closing")
                + " the whole connection, without a byte in answer to the pending request."
                + " It takes a half-close for a hang-up: the "
                + leg.other().label()
                + " must not finish sending before it has the answer.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(
                Contradiction.of("the same end without a half-close before it: the peer was closing anyway"),
                Contradiction.of("the peer's log with an answer that was cut off"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.nextPackets(false).aborts();
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "The upstream answers a half-close by closing or resetting everything.",
                "FIN or RST within a reaction time of the FIN sent, without a byte in answer to the request before it.",
                "upstream",
                "none",
                "The client must not finish sending before it has the answer; or change the service.",
                new RuleEntry.Rights(
                        "possible; likely after an RST of a service that answers others", "", "exact order"));
    }
}
