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
import dev.finspect.diagnose.question.ReadProgress;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.question.Turn;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** See {@link #entry()}. */
@AutoService(FindingKind.class)
public final class UpstreamSilent extends FindingKind {
    public static final FindingId ID = new FindingId("upstream-silent");

    public UpstreamSilent() {
        super(ID, SessionStage.DATA, 10);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        LegRecord upstream = snapshot.upstream();
        if (!isAsked(snapshot)) {
            return List.of();
        }
        Fact<Long> unread = ReadProgress.unreadSince(snapshot, upstream);
        if (unread != null) {
            long since = Math.max(unread.value(), upstream.lastReceivedAt().or(Long.MIN_VALUE));
            return found(upstream, since);
        }
        long owedSince = Turn.owedSince(upstream);
        if (needsNoAnswer(snapshot)
                || snapshot.nanosSince(owedSince) < Turn.patienceNanos(snapshot.thresholds(), upstream)) {
            return List.of();
        }
        return found(upstream, owedSince);
    }

    /** By the route's configuration; or by what its sessions have shown, where that leaves it open. */
    private static boolean needsNoAnswer(Snapshot snapshot) {
        return switch (snapshot.answers()) {
            case EXPECTED -> false;
            case NOT_EXPECTED -> true;
            case LEARN ->
                Turn.waitsForNothing(snapshot.client(), snapshot.upstream()) || Turn.neverAnswers(snapshot.upstream());
        };
    }

    private static boolean isAsked(Snapshot snapshot) {
        LegRecord upstream = snapshot.upstream();
        return SessionPhase.isLive(snapshot)
                && SessionPhase.isOpen(upstream)
                && !SessionPhase.readingPaused(snapshot, upstream)
                && snapshot.client().bytesReceived() > 0
                && Turn.isUnanswered(upstream)
                && !upstream.data().loss().hole().since().isKnown()
                && !Boolean.FALSE.equals(upstream.allAcknowledged());
    }

    private static List<Situation> found(LegRecord upstream, long since) {
        return List.of(new Situation(
                Blame.UPSTREAM,
                Leg.UPSTREAM,
                since,
                upstream.lastSentAt().or(since),
                new EvidenceList(Leg.UPSTREAM)
                        .turn(upstream)
                        .amount(Clue.LONGEST_ANSWER, upstream.data().turns().longestAnswer())
                        .peerSocket(upstream)
                        .pieces()));
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.UPSTREAM);
    }

    @Override
    public List<OtherReading> readings() {
        return OtherReadings.OF_OWED_BYTES;
    }

    @Override
    protected String sentence(Words words) {
        return words.thePeer(Leg.UPSTREAM) + words.tookTurn("the request") + " and has not answered for "
                + words.lasted() + ". " + words.readByProgram(Leg.UPSTREAM);
    }

    @Override
    protected List<Contradiction> contradictions() {
        return Contradiction.OF_OWED_BYTES;
    }

    @Override
    protected void next(NextCommands commands) {
        commands.own().peer().program().probe().packets(false);
    }

    @Override
    public boolean asksForPeerSocket(Leg leg) {
        return leg == Leg.UPSTREAM;
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "The request is acknowledged, and no answer comes.",
                "Nothing came back since the last bytes sent. The peer's socket shows more: its program has not read the"
                        + " request, or has read it and is working or waiting elsewhere. A client that has spoken three"
                        + " times before the first answer, or again after more than ten seconds, does not wait for any;"
                        + " where the service has answered others, it must have spoken seven times."
                        + " Nor does a client of a service that has never sent a byte in any session, once one of its"
                        + " clients closed first and was content with the end alone.",
                "upstream",
                "silence, unread",
                "If it is read: what does the program wait for (its stack, its other connections)? If it is unread: is the"
                        + " program stopped or out of threads?",
                new RuleEntry.Rights(
                        "possible; likely with `answers: expected`, or if the service answers and is silent elsewhere too",
                        "proved, if unread and stopped, or unread after it has read before; likely, if never read;"
                                + " else says that it is read",
                        "shows what is acknowledged if tcp_info does not"));
    }
}
