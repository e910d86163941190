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
import dev.finspect.diagnose.question.ReadProgress;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.question.Turn;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Leg;
import java.util.List;

/** See {@link #entry()}. */
@AutoService(FindingKind.class)
public final class Idle extends FindingKind {
    public static final FindingId ID = new FindingId("idle");

    public Idle() {
        super(ID, SessionStage.REST, 10);
    }

    @Override
    public List<Finding> examine(Snapshot snapshot) {
        LegRecord client = snapshot.client();
        LegRecord upstream = snapshot.upstream();
        if (!SessionPhase.isLive(snapshot)
                || !isAtRest(snapshot, client)
                || !isAtRest(snapshot, upstream)
                || isAnswerOwed(snapshot)) {
            return List.of();
        }
        long since = Math.max(Turn.lastBytesAt(client), Turn.lastBytesAt(upstream));
        if (snapshot.nanosSince(since) < snapshot.thresholds().idleBeforeReset().toNanos()) {
            return List.of();
        }
        boolean sure = client.allAcknowledged() != null && upstream.allAcknowledged() != null;
        return List.of(new Finding(
                ID,
                Blame.NOBODY,
                sure ? Confidence.PROVED : Confidence.LIKELY,
                null,
                since,
                new EvidenceList(Leg.CLIENT)
                        .at(Clue.ESTABLISHED, client.handshake().establishedAt())
                        .turn(client)
                        .and(new EvidenceList(Leg.UPSTREAM).turn(upstream))
                        .pieces()));
    }

    private static boolean isAtRest(Snapshot snapshot, LegRecord leg) {
        return SessionPhase.isOpen(leg)
                && !SessionPhase.readingPaused(snapshot, leg)
                && !Boolean.FALSE.equals(leg.allAcknowledged())
                && !leg.data().flight().unackedSince().isKnown()
                && !leg.data().windows().zeroWindowSince().isKnown()
                && !ReadProgress.hasUnread(leg);
    }

    private static boolean isAnswerOwed(Snapshot snapshot) {
        LegRecord client = snapshot.client();
        if (Turn.isUnanswered(snapshot.upstream())) {
            return !Turn.sendsUnasked(client);
        }
        return client.data().traffic().bytesReceived().value() == 0 && !Turn.sendsUnasked(snapshot.upstream());
    }

    @Override
    protected String sentence(Words words) {
        return "The session between " + words.peer(Leg.CLIENT) + " and " + words.peer(Leg.UPSTREAM)
                + " has been idle for " + words.lasted()
                + ". Neither side owes the other anything, as in a connection pool: it is idle, not hung.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(Contradiction.of("a request that is in progress by the peer's log"));
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
                "Established and idle, as a pooled connection is: not hung. Reported only on request, never counted.",
                "The upstream sent last, or whoever did waits for no answer; all is acknowledged and, as far as can be seen,"
                        + " read.",
                "nobody",
                "idle_before_reset",
                "Nothing.",
                new RuleEntry.Rights(
                        "proved; likely if acknowledgements are not known", "not reported if bytes are unread", ""));
    }
}
