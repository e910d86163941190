package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Contradiction;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.Overlap;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.PeerReset;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.question.Turn;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * See {@link #entry()}. A client's goodbye (a close_notify, Terminate, QUIT) is followed by a FIN as well, and asks for no
 * answer. So it is reported only of an upstream that has not yet sent anything, or that resets.
 */
@AutoService(FindingKind.class)
public final class HalfCloseRefused extends FindingKind {
    public static final FindingId ID = new FindingId("half-close-refused");
    private static final long TOGETHER_NANOS = Duration.ofSeconds(1).toNanos();

    public HalfCloseRefused() {
        super(ID, SessionStage.CLOSING, 90);
    }

    @Override
    public List<Finding> examine(Snapshot snapshot) {
        LegRecord it = snapshot.upstream();
        CloseMark fin = it.close().localFin().orNull();
        CloseMark rst = PeerReset.of(it);
        CloseMark peerFin = it.close().peerFin().orNull();
        CloseMark end = peerFin == null ? rst : peerFin;
        if (fin == null || end == null || !isAsked(snapshot, fin.at().value())) {
            return List.of();
        }
        long endAfterNanos = end.at().value() - fin.at().value();
        Confidence confidence = confidence(it, rst != null);
        if (endAfterNanos < 0 || endAfterNanos > SessionPhase.reactionNanos(it) || confidence == null) {
            return List.of();
        }
        return List.of(new Finding(
                ID,
                Blame.UPSTREAM,
                confidence,
                Leg.UPSTREAM,
                end.at().value(),
                new EvidenceList(Leg.UPSTREAM)
                        .turn(it)
                        .at(Clue.FIN_SENT, fin.at())
                        .at(Clue.FIN_RECEIVED, peerFin == null ? null : peerFin.at())
                        .at(Clue.RST_RECEIVED, rst == null ? null : rst.at())
                        .pieces()));
    }

    /** Whether a request was sent together with the FIN, and is not answered. */
    private static boolean isAsked(Snapshot snapshot, long finAt) {
        LegRecord it = snapshot.upstream();
        Fact<Long> sent = it.data().traffic().lastSentAt().fact();
        return SessionPhase.endedByPeers(snapshot)
                && snapshot.client().data().traffic().bytesReceived().value() > 0
                && sent != null
                && Turn.isUnanswered(it)
                && !Turn.sendsUnasked(snapshot.client())
                && !Turn.neverAnswers(it)
                && Math.abs(finAt - sent.value()) <= TOGETHER_NANOS;
    }

    private static @Nullable Confidence confidence(LegRecord upstream, boolean reset) {
        boolean answersElsewhere =
                Boolean.TRUE.equals(upstream.peerProgram().speaksElsewhere().orNull());
        if (upstream.data().traffic().bytesReceived().value() == 0) {
            return reset || answersElsewhere ? Confidence.LIKELY : Confidence.POSSIBLE;
        }
        boolean large = upstream.data().turns().turnBytesSent().isKnown() && !Turn.isSmall(upstream);
        return reset && large ? Confidence.POSSIBLE : null;
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
    public List<Overlap> overlaps() {
        return List.of(explains(ResetWithUnread.ID, Overlap.Scope.ANY_LEG, "it resets because it was sent a FIN"));
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "The upstream answers a half-close by closing or resetting everything.",
                "FIN or RST within a reaction time of the FIN sent, without a byte in answer to the request before it.",
                "upstream",
                "none",
                "The client must not finish sending before it has the answer; or change the service.",
                new RuleEntry.Rights("likely; possible", "", "exact order"));
    }
}
