package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Contradiction;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.ConnectAttempts;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.Attempt;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** See {@link #entry()}. */
@AutoService(FindingKind.class)
public final class SynUnanswered extends FindingKind {
    public static final FindingId ID = new FindingId("syn-unanswered");

    public SynUnanswered() {
        super(ID, SessionStage.OPENING, 10);
    }

    @Override
    public List<Finding> examine(Snapshot snapshot) {
        ConnectAttempts attempts = new ConnectAttempts(snapshot);
        Attempt attempt = attempts.last(attempts::unanswered);
        if (attempt == null) {
            return List.of();
        }
        return List.of(new Finding(
                ID,
                Blame.NETWORK_TO_UPSTREAM,
                confidence(attempt.answers().syns(), attempts.listening(attempt)),
                Leg.UPSTREAM,
                attempt.begunAt().value(),
                attempts.evidenceWithQueue(attempt).pieces()));
    }

    private static Confidence confidence(Observation<Long> syns, PeerSocket.@Nullable Listening listening) {
        if (syns.or(2L) < 2) {
            return Confidence.POSSIBLE;
        }
        boolean room = listening != null && !listening.full();
        return syns.isKnown() && room ? Confidence.PROVED : Confidence.LIKELY;
    }

    @Override
    protected String sentence(Words words) {
        boolean several = words.number(Clue.SYNS) > 1;
        String silence = words.thePeer(Leg.UPSTREAM) + " has not answered"
                + (several ? words.count(" ", Clue.SYNS, "SYN", "") + " in " : " the SYN for ") + words.lasted()
                + words.failedAttempts();
        Confidence confidence = words.finding().confidence();
        if (confidence == Confidence.PROVED) {
            return silence + ". Its listener on this host has room"
                    + (words.queue().isEmpty() ? "" : ": " + words.queue())
                    + ". A packet filter or a route loses the SYNs.";
        }
        return silence + ". Its host is down, a packet filter drops the SYNs, or its listener's queue is full;"
                + " from here all three look the same."
                + (confidence == Confidence.POSSIBLE ? " A single SYN may also just have been lost." : "");
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(
                Contradiction.when(
                        finding -> finding.confidence() != Confidence.PROVED,
                        "Recv-Q above Send-Q at the upstream's listener: its queue is full, and the upstream is to blame"),
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
                        "likely; possible with one SYN",
                        "proved, if its listener has room",
                        "counts SYNs, separates RST from ICMP"));
    }
}
