package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.Expectation;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.ReadProgress;
import dev.finspect.diagnose.question.SendProgress;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.question.Turn;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.IdleLimit;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Leg;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** See {@link #entry()}. */
@AutoService(FindingKind.class)
public final class Idle extends FindingKind {
    public static final FindingId ID = new FindingId("idle");

    private static final OtherReading STOPPED_IN_ANSWER = new OtherReading(
            "stopped-in-answer",
            "the upstream has stopped in the middle of its answer",
            "nothing: TCP does not say where an answer ends",
            "the log of the upstream's program",
            OtherReadings.by(Blame.UPSTREAM),
            (snapshot, situation) -> ReadingResult.rare("programs seldom stop in the middle of an answer"));

    private static final OtherReading PEER_GONE = new OtherReading(
            "peer-gone",
            "one of the two is gone, and nobody has asked it anything since",
            "nothing; it is rare where both were heard since, such as by keep-alive probes, and everything is acknowledged",
            "`finspect explain --probe`",
            OtherReadings.by(Blame.UPSTREAM),
            Idle::peerGone);

    private static final OtherReading ANSWER_OWED = new OtherReading(
            "answer-owed",
            "the upstream owes the answer to what the client sent in parts",
            "the upstream has sent the last bytes; `answers: not-expected` of the route",
            "the protocol, or `answers: expected` of the route by whoever knows it",
            OtherReadings.by(Blame.UPSTREAM),
            Idle::answerOwed);

    private static final long MANY_AGAIN = 3;

    private static final OtherReading ACKS_LOST = new OtherReading(
            "acks-lost",
            "one of the two does not get the other's acknowledgements, and sends again what has arrived",
            "little was sent again, or nothing was heard since",
            "a capture on both hosts",
            OtherReadings.by(Blame.UNDETERMINED),
            Idle::acksLost);

    public Idle() {
        super(ID, SessionStage.REST, 10);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        LegRecord client = snapshot.client();
        LegRecord upstream = snapshot.upstream();
        if (!SessionPhase.isLive(snapshot)
                || !isAtRest(snapshot, client)
                || !isAtRest(snapshot, upstream)
                || isAnswerOwed(snapshot)) {
            return List.of();
        }
        long since = Math.max(Turn.lastBytesAt(client), Turn.lastBytesAt(upstream));
        if (!snapshot.lasts(since, snapshot.thresholds().idleBeforeReset())) {
            return List.of();
        }
        return List.of(new Situation(
                Blame.NOBODY,
                null,
                since,
                new EvidenceList(Leg.CLIENT)
                        .at(Clue.ESTABLISHED, client.handshake().establishedAt())
                        .turn(client)
                        .and(new EvidenceList(Leg.UPSTREAM).turn(upstream))
                        .and(limit(client, upstream))
                        .pieces()));
    }

    /** The nearer one, where both peers have a limit. */
    private static EvidenceList limit(LegRecord client, LegRecord upstream) {
        long ofClient = ended(client);
        LegRecord nearer = ofClient < ended(upstream) ? client : upstream;
        return new EvidenceList(nearer.leg()).idleLimit(nearer);
    }

    private static long ended(LegRecord leg) {
        IdleLimit limit = leg.peerProgram().idleLimit().orNull();
        return limit == null ? Long.MAX_VALUE : limit.diedNanos();
    }

    private static boolean isAtRest(Snapshot snapshot, LegRecord leg) {
        return SessionPhase.isOpen(leg)
                && !SessionPhase.readingPaused(snapshot, leg)
                && !Boolean.FALSE.equals(leg.allAcknowledged())
                && !leg.data().flight().unackedSince().isKnown()
                && !leg.data().windows().zeroWindowSince().isKnown()
                && !leg.data().loss().hole().since().isKnown()
                && !ReadProgress.hasUnread(leg);
    }

    private static boolean isAnswerOwed(Snapshot snapshot) {
        LegRecord client = snapshot.client();
        if (Turn.isUnanswered(snapshot.upstream())) {
            return snapshot.answers() != Expectation.NOT_EXPECTED && !Turn.waitsForNothing(client, snapshot.upstream());
        }
        return client.bytesReceived() == 0 && !Turn.sendsUnasked(snapshot.upstream());
    }

    private static ReadingResult answerOwed(Snapshot snapshot, Situation situation) {
        if (snapshot.answers() == Expectation.NOT_EXPECTED) {
            return ReadingResult.ruledOut("the route says `answers: not-expected`");
        }
        return Turn.isUnanswered(snapshot.upstream())
                ? ReadingResult.open()
                : ReadingResult.ruledOut("the upstream has sent the last bytes", situation.sinceEpochNanos());
    }

    private static ReadingResult acksLost(Snapshot snapshot, Situation situation) {
        for (LegRecord leg : List.of(snapshot.client(), snapshot.upstream())) {
            boolean again = leg.data().loss().retransmitsReceived().or(0L) >= MANY_AGAIN;
            if (again && SendProgress.heardAt(leg) > situation.sinceEpochNanos() + SessionPhase.reactionNanos(leg)) {
                return ReadingResult.open();
            }
        }
        return ReadingResult.ruledOut("little was sent again, or nothing was heard since");
    }

    private static ReadingResult peerGone(Snapshot snapshot, Situation situation) {
        boolean heard = true;
        for (LegRecord leg : List.of(snapshot.client(), snapshot.upstream())) {
            heard &= Boolean.TRUE.equals(leg.allAcknowledged())
                    && SendProgress.heardAt(leg) >= situation.sinceEpochNanos() + SessionPhase.reactionNanos(leg);
        }
        return heard ? ReadingResult.rare("both were heard since") : ReadingResult.open();
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.noneOf(Blame.class);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(STOPPED_IN_ANSWER, ANSWER_OWED, ACKS_LOST, PEER_GONE);
    }

    @Override
    protected String sentence(Words words) {
        return "No byte has passed between " + words.peer(Leg.CLIENT) + " and " + words.peer(Leg.UPSTREAM) + " for "
                + words.lasted()
                + (words.finding().isOpen(ANSWER_OWED.id())
                        ? ". Whether the upstream owes an answer cannot be seen: it has sent none, and the client went on"
                                + " without one, as a client that waits for none, or one that sends a request in parts."
                        : ". As far as finspect can see neither side owes the other anything, as in a connection pool.")
                + words.idleLimit();
    }

    @Override
    protected void next(NextCommands commands) {
        commands.own().both().program();
    }

    @Override
    public boolean isHarmless() {
        return true;
    }

    @Override
    public boolean yieldsToAll() {
        return true;
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "Established and idle, as a pooled connection is. Reported only on request, never counted. Silence never proves it: an upstream that stopped in the middle of its answer looks the same.",
                "The upstream sent last, or whoever did waits for no answer; all is acknowledged and, as far as can be seen,"
                        + " read.",
                "nobody",
                "idle_before_reset",
                "Nothing.",
                new RuleEntry.Rights(
                        "likely if both peers were heard since, such as by keep-alive probes; else possible",
                        "not reported if bytes are unread",
                        ""));
    }
}
