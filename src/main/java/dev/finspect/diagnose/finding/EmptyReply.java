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
import dev.finspect.diagnose.question.LostRequest;
import dev.finspect.diagnose.question.PeerReset;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.question.Turn;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.CloseMark;
import dev.finspect.record.Habit;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** See {@link #entry()}. */
@AutoService(FindingKind.class)
public final class EmptyReply extends FindingKind {
    public static final FindingId ID = new FindingId("empty-reply");

    /** More is not a request but what is to be stored, where the service is not known to answer. */
    private static final long UPLOAD_BYTES = 16 << 10;

    private static final OtherReading NO_REQUEST = new OtherReading(
            "no-request",
            "what was sent asks for no answer",
            "nothing; it is rare where it is the first word, or the route has always answered such words, where it is"
                    + " as large as a request, and the FIN came at once",
            "the protocol: does the client send last?",
            OtherReadings.by(Blame.NOBODY),
            EmptyReply::noRequest);

    public EmptyReply() {
        super(ID, SessionStage.CLOSING, 100);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        LegRecord it = snapshot.upstream();
        CloseMark fin = it.close().peerFin().orNull();
        Fact<Long> sent = it.lastSentAt().fact();
        if (fin == null
                || sent == null
                || !isAsked(snapshot)
                || isPassedOver(it, fin)
                || isClientLeaving(snapshot, fin.atEpochNanos())) {
            return List.of();
        }
        long afterNanos = fin.atEpochNanos() - sent.value();
        if (afterNanos < 0 && !isAfterGoodbye(snapshot)) {
            return List.of();
        }
        return List.of(new Situation(
                Blame.UPSTREAM,
                Leg.UPSTREAM,
                fin.atEpochNanos(),
                new EvidenceList(Leg.UPSTREAM)
                        .turn(it)
                        .at(Clue.FIN_RECEIVED, fin.at())
                        .pieces()));
    }

    private static boolean isAsked(Snapshot snapshot) {
        LegRecord it = snapshot.upstream();
        return SessionPhase.endedByPeers(snapshot)
                && snapshot.client().bytesReceived() > 0
                && (PeerReset.of(it) == null || isAfterGoodbye(snapshot))
                && Turn.isUnanswered(it)
                && !Turn.waitsForNothing(snapshot.client(), it)
                && !Turn.neverAnswers(it);
    }

    /** Whether the FIN was sent before any of the request had arrived. */
    private static boolean isPassedOver(LegRecord leg, CloseMark fin) {
        Long acked = fin.ackedBytes().orNull();
        Long turn = leg.data().turns().turnBytesSent().orNull();
        return acked != null && turn != null && acked <= leg.bytesSent() - turn;
    }

    /** Whether the RST only answers what the client sent in answer to the FIN. */
    private static boolean isAfterGoodbye(Snapshot snapshot) {
        LostRequest lost = LostRequest.of(snapshot);
        return lost != null && lost.answersFin(snapshot.upstream());
    }

    /** Whether the client closed before it got the upstream's end, or about then after bytes too few for a request. */
    private static boolean isClientLeaving(Snapshot snapshot, long finAt) {
        LegRecord client = snapshot.client();
        LegRecord upstream = snapshot.upstream();
        CloseMark finished = upstream.close().localFin().orNull();
        if (finished != null && finished.atEpochNanos() <= finAt) {
            return true;
        }
        CloseMark fin = client.close().peerFin().orNull();
        CloseMark own = fin == null ? client.close().peerRst().orNull() : fin;
        if (own == null) {
            return false;
        }
        CloseMark passedOn = client.close().localFin().orNull();
        boolean first = passedOn == null || own.atEpochNanos() < passedOn.atEpochNanos();
        boolean atOnce = own.atEpochNanos() - finAt <= SessionPhase.reactionNanos(client);
        return first || (atOnce && Turn.isSmall(upstream));
    }

    private static ReadingResult noRequest(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.upstream();
        boolean isLong = isLong(snapshot, it, situation.sinceEpochNanos());
        boolean counted = snapshot.client().data().turns().unansweredTurns().isKnown()
                && it.data().turns().turnBytesSent().isKnown();
        boolean upload = it.data().turns().turnBytesSent().or(0L) > UPLOAD_BYTES && !isAnsweredElsewhere(it);
        return !isLong && !Turn.isTiny(it) && counted && !upload && Turn.isToBeAnswered(it)
                ? ReadingResult.rare("it is as large as a request, and the FIN came at once")
                : ReadingResult.open();
    }

    /** Whether the FIN came so late, or after a second word, that the client may have said goodbye or not finished. */
    private static boolean isLong(Snapshot snapshot, LegRecord leg, long finAt) {
        long last = leg.lastSentAt().or(finAt);
        long first = leg.data().turns().unansweredSince().or(last);
        return finAt - last >= snapshot.thresholds().idleBeforeReset().toNanos()
                || Math.min(last, finAt) - first >= Turn.ANOTHER_WORD_NANOS;
    }

    /** Whether the route has answered such a word. */
    private static boolean isAnsweredElsewhere(LegRecord upstream) {
        Habit habit = upstream.peerProgram().habit().orNull();
        return habit != null && habit.answered() > 0;
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.UPSTREAM);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(NO_REQUEST, OtherReadings.NOT_CAPTURED);
    }

    @Override
    protected String sentence(Words words) {
        return words.thePeer(Leg.UPSTREAM) + " closed without a byte in answer to the request"
                + words.bytes(" (", Clue.TURN_SENT, ")") + ". " + words.theProgram()
                + " crashed on it, refuses this client, or expects another protocol.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(Contradiction.of("bytes of an answer in a capture on the upstream's host"));
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
                new RuleEntry.Rights(
                        "likely; possible after few bytes, many, a long wait, or an earlier answer",
                        "",
                        "whether the FIN acknowledges the request"));
    }
}
