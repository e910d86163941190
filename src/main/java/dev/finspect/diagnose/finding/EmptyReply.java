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
import java.util.List;

/** See {@link #entry()}. */
@AutoService(FindingKind.class)
public final class EmptyReply extends FindingKind {
    public static final FindingId ID = new FindingId("empty-reply");

    public EmptyReply() {
        super(ID, SessionStage.CLOSING, 100);
    }

    @Override
    public List<Finding> examine(Snapshot snapshot) {
        LegRecord it = snapshot.upstream();
        CloseMark fin = it.close().peerFin().orNull();
        Fact<Long> sent = it.data().traffic().lastSentAt().fact();
        if (fin == null
                || sent == null
                || !isAsked(snapshot)
                || isClientLeaving(snapshot, fin.at().value())) {
            return List.of();
        }
        long afterNanos = fin.at().value() - sent.value();
        if (afterNanos < 0) {
            return List.of();
        }
        boolean isLong = afterNanos >= snapshot.thresholds().idleBeforeReset().toNanos();
        boolean sure = !isLong
                && !Turn.isSmall(it)
                && snapshot.client().data().turns().unansweredTurns().isKnown()
                && (it.data().traffic().bytesReceived().value() == 0
                        || it.data().turns().turnBytesSent().isKnown());
        return List.of(new Finding(
                ID,
                Blame.UPSTREAM,
                sure ? Confidence.LIKELY : Confidence.POSSIBLE,
                Leg.UPSTREAM,
                fin.at().value(),
                new EvidenceList(Leg.UPSTREAM)
                        .turn(it)
                        .at(Clue.FIN_RECEIVED, fin.at())
                        .pieces()));
    }

    private static boolean isAsked(Snapshot snapshot) {
        LegRecord it = snapshot.upstream();
        return SessionPhase.endedByPeers(snapshot)
                && snapshot.client().data().traffic().bytesReceived().value() > 0
                && PeerReset.of(it) == null
                && Turn.isUnanswered(it)
                && !Turn.sendsUnasked(snapshot.client())
                && !Turn.neverAnswers(it);
    }

    /** Whether the client closed before it got the upstream's end, or about then after bytes too few for a request. */
    private static boolean isClientLeaving(Snapshot snapshot, long finAt) {
        LegRecord client = snapshot.client();
        LegRecord upstream = snapshot.upstream();
        CloseMark finished = upstream.close().localFin().orNull();
        if (finished != null && finished.at().value() <= finAt) {
            return true;
        }
        CloseMark fin = client.close().peerFin().orNull();
        CloseMark own = fin == null ? client.close().peerRst().orNull() : fin;
        if (own == null) {
            return false;
        }
        CloseMark passedOn = client.close().localFin().orNull();
        boolean first = passedOn == null || own.at().value() < passedOn.at().value();
        boolean atOnce = own.at().value() - finAt <= SessionPhase.reactionNanos(client);
        return first || (atOnce && Turn.isSmall(upstream));
    }

    @Override
    protected String sentence(Words words) {
        return words.thePeer(Leg.UPSTREAM) + " closed without a byte in answer to the request"
                + words.bytes(" (", Clue.TURN_SENT, ")") + ". " + words.theProgram()
                + " crashed on it, refuses this client, or expects another protocol.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(
                Contradiction.of("bytes of an answer in a capture on the upstream's host"),
                Contradiction.of("a protocol in which the client sends last: nothing was owed"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.nextPackets(false).listener(false);
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "The upstream closed without answering.",
                "FIN in reply to a request, zero bytes, and the client was not leaving. After a longer wait than the threshold it"
                        + " is only possible: the upstream may have waited for the rest of the request.",
                "upstream",
                "idle_before_reset",
                "Check its log at that moment: crash, refusal, another protocol.",
                new RuleEntry.Rights("likely; possible after few bytes or a long wait", "", ""));
    }
}
