package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Contradiction;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.ConnectAttempts;
import dev.finspect.diagnose.question.PeerHost;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.Attempt;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** See {@link #entry()}. */
@AutoService(FindingKind.class)
public final class SynUnanswered extends FindingKind {
    public static final FindingId ID = new FindingId("syn-unanswered");

    private static final OtherReading HOST_DOWN = new OtherReading(
            "host-down",
            "the upstream's host is down",
            "its address is on this host",
            "a ping of the upstream's host, or another port of it",
            OtherReadings::peer,
            SynUnanswered::hostDown);

    private static final OtherReading QUEUE_FULL = new OtherReading(
            "queue-full",
            "the accept queue of the upstream's listener is full",
            "its listener is on this host, has room, and has dropped nothing between two looks around a SYN",
            "Recv-Q and Send-Q of the listener, and TcpExtListenDrops, on the upstream's host",
            OtherReadings::peer,
            SynUnanswered::queueFull);

    private static final OtherReading ONE_LOST = new OtherReading(
            "one-lost",
            "a single SYN was lost, and the next one will be answered",
            "more than one SYN was sent, or the attempt has timed out",
            "a later look",
            OtherReadings.by(Blame.NOBODY),
            SynUnanswered::oneLost);

    public SynUnanswered() {
        super(ID, SessionStage.OPENING, 10);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        ConnectAttempts attempts = new ConnectAttempts(snapshot);
        Attempt attempt = attempt(attempts);
        if (attempt == null) {
            return List.of();
        }
        return List.of(new Situation(
                Blame.NETWORK_TO_UPSTREAM,
                Leg.UPSTREAM,
                attempt.begunAt().value(),
                attempts.evidenceWithQueue(attempt).pieces()));
    }

    private static @Nullable Attempt attempt(ConnectAttempts attempts) {
        return attempts.last(attempts::unanswered);
    }

    private static ReadingResult hostDown(Snapshot snapshot, Situation situation) {
        return PeerHost.isHere(snapshot.upstream())
                ? ReadingResult.ruledOut("the upstream's address is on this host")
                : ReadingResult.open();
    }

    private static ReadingResult queueFull(Snapshot snapshot, Situation situation) {
        ConnectAttempts attempts = new ConnectAttempts(snapshot);
        Attempt attempt = attempt(attempts);
        PeerSocket.Listening listening = attempt == null ? null : attempts.listening(attempt);
        if (attempt == null || listening == null || listening.full()) {
            return ReadingResult.open();
        }
        PeerSocket.Before before = listening.before();
        PeerSocket now = snapshot.upstream().peerSocket();
        if (before == null || now == null) {
            return ReadingResult.open();
        }
        // One SYN suffices: a later one can always have been sent since the look.
        long firstSynAt = attempt.begunAt().value();
        long lastSynAt = attempt.answers().lastSynAt().or(firstSynAt);
        boolean around = isAround(before, firstSynAt, now) || isAround(before, lastSynAt, now);
        if (around && before.drops() >= 0 && listening.drops() == before.drops()) {
            return ReadingResult.ruledOut(
                    "its listener on this host has room, and dropped nothing while a SYN was sent", now.atEpochNanos());
        }
        return ReadingResult.open();
    }

    private static boolean isAround(PeerSocket.Before before, long atEpochNanos, PeerSocket now) {
        return before.atEpochNanos() <= atEpochNanos && now.atEpochNanos() >= atEpochNanos;
    }

    private static ReadingResult oneLost(Snapshot snapshot, Situation situation) {
        Attempt attempt = attempt(new ConnectAttempts(snapshot));
        Observation<Long> syns =
                attempt == null ? Observation.notObserved() : attempt.answers().syns();
        boolean timedOut = attempt != null && attempt.result() == ConnectResult.TIMED_OUT;
        if (syns.or(0L) >= 2 || timedOut) {
            return ReadingResult.ruledOut("more than one SYN was sent", snapshot.nowEpochNanos());
        }
        return syns.isKnown() ? ReadingResult.open() : ReadingResult.rare("the kernel has sent the SYN again by then");
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.NETWORK_TO_UPSTREAM);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(ONE_LOST, HOST_DOWN, QUEUE_FULL);
    }

    @Override
    protected String sentence(Words words) {
        boolean several = words.number(Clue.SYNS) > 1;
        String silence = words.thePeer(Leg.UPSTREAM) + " has not answered"
                + (several ? words.count(" ", Clue.SYNS, "SYN", "") + " in " : " the SYN for ") + words.lasted()
                + words.failedAttempts();
        Finding finding = words.finding();
        if (!finding.isOpen(HOST_DOWN.id()) && !finding.isOpen(QUEUE_FULL.id())) {
            return silence + ". Its listener on this host has room"
                    + (words.queue().isEmpty() ? "" : ": " + words.queue())
                    + ". A packet filter or a route loses the SYNs.";
        }
        return silence + ". Its host is down, a packet filter drops the SYNs, or its listener's queue is full;"
                + " from here all three look the same."
                + (finding.isOpen(ONE_LOST.id()) ? " A single SYN may also just have been lost." : "");
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(
                Contradiction.of("a SYN-ACK, RST or ICMP error in a capture"),
                Contradiction.of("SYNs that never leave this host"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.nextPackets(true).route().listener(false).drops();
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "SYNs to the upstream get no answer of any kind.",
                "Attempts that go on, or that timed out, without SYN-ACK, RST or ICMP error; at least two SYNs, since one may"
                        + " just be lost. From another host, a host that is down, a filter that drops and a full listener look"
                        + " the same.",
                "network to upstream",
                "connect",
                "Capture on the upstream's host. If no SYNs arrive there, check routes and filters; if they do, check its"
                        + " listener's queue.",
                new RuleEntry.Rights(
                        "possible: the host, its listener or the way; that it hangs is proved from the second SYN on",
                        "proved against the network, if its listener has room and dropped nothing",
                        "counts SYNs, separates RST from ICMP"));
    }
}
