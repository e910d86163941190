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
import dev.finspect.diagnose.question.Numbers;
import dev.finspect.diagnose.question.PeerReset;
import dev.finspect.diagnose.question.Rest;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.question.Turn;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.List;

/** See {@link #entry()}. What a client sends after it saw the end, such as a TLS close_notify, is no request. */
@AutoService(FindingKind.class)
public final class ReusedWhileClosing extends FindingKind {
    public static final FindingId ID = new FindingId("reused-while-closing");

    public ReusedWhileClosing() {
        super(ID, SessionStage.CLOSING, 60);
    }

    @Override
    public List<Finding> examine(Snapshot snapshot) {
        LegRecord it = snapshot.upstream();
        CloseMark fin = it.close().peerFin().orNull();
        CloseMark rst = PeerReset.of(it);
        Fact<Long> sent = it.data().traffic().lastSentAt().fact();
        if (fin == null
                || rst == null
                || sent == null
                || !SessionPhase.endedByPeers(snapshot)
                || !Turn.isUnanswered(it)) {
            return List.of();
        }
        long finAt = fin.at().value();
        CloseMark passedOn = it.close().localFin().orNull();
        boolean clientFirst = passedOn != null && passedOn.at().value() < finAt;
        boolean crossed = Math.abs(sent.value() - finAt) <= SessionPhase.reactionNanos(it);
        boolean taken = it.data().flight().bytesAcknowledged().or(-1L)
                >= it.data().traffic().bytesSent().value();
        if (clientFirst || !crossed || taken || isGoodbye(snapshot, it, finAt)) {
            return List.of();
        }
        Rest rest = Rest.before(it, sent.value());
        return List.of(new Finding(
                ID,
                Blame.CONFIGURATION,
                Numbers.positive(it.close().afterFin().bytesSent()) ? Confidence.LIKELY : Confidence.POSSIBLE,
                Leg.UPSTREAM,
                finAt,
                new EvidenceList(Leg.UPSTREAM)
                        .amount(Clue.RESTED, rest == null ? null : rest.nanos())
                        .at(Clue.FIN_RECEIVED, fin.at())
                        .at(Clue.LAST_SENT, sent)
                        .amount(Clue.SENT_AFTER_FIN, it.close().afterFin().bytesSent())
                        .amount(Clue.TURN_SENT, it.data().turns().turnBytesSent())
                        .at(Clue.RST_RECEIVED, rst.at())
                        .pieces()));
    }

    /**
     * Whether the bytes answer a goodbye: few, and sent to an upstream that sent bytes of its own just before its FIN, as TLS
     * does. Nobody answers a bare FIN after an idle time.
     */
    private static boolean isGoodbye(Snapshot snapshot, LegRecord upstream, long finAt) {
        long lastReceivedAt = upstream.data().traffic().lastReceivedAt().or(Long.MIN_VALUE / 2);
        boolean sentLately =
                finAt - lastReceivedAt < snapshot.thresholds().idleBeforeReset().toNanos();
        return sentLately && (!upstream.data().turns().turnBytesSent().isKnown() || Turn.isSmall(upstream));
    }

    @Override
    protected String sentence(Words words) {
        Leg leg = words.leg(Leg.UPSTREAM);
        return words.thePeer(leg) + " was closing just as " + words.peer(leg.other()) + " sent more"
                + words.bytes(" (", Clue.TURN_SENT, ")")
                + ", and answered with RST; what the " + leg.other().label() + " sent was not handled."
                + " Their keep-alive time-outs do not fit: the " + leg.other().label() + "'s must be the shorter one.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(
                Contradiction.of("the peer's log with that request in it"),
                Contradiction.of("an RST sent before the request had arrived"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.timeOuts().nextPackets(false);
    }

    @Override
    public List<Overlap> overlaps() {
        return List.of(explains(
                ResetWithUnread.ID, Overlap.Scope.ANY_LEG, "the request met a connection that was being closed"));
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "A request was sent just as the upstream closed.",
                "Data that crossed a FIN, then RST.",
                "configuration",
                "idle_before_reset (a small request that follows bytes of the upstream within it may be a goodbye)",
                "The client's keep-alive time-out must be the shorter one; retry what is safe.",
                new RuleEntry.Rights(
                        "possible; likely with bytes after the FIN", "", "exact order of FIN, request and RST"));
    }
}
