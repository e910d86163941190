package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Contradiction;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.LegFindingKind;
import dev.finspect.diagnose.catalogue.Overlap;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.LocalFin;
import dev.finspect.diagnose.question.SendProgress;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.List;
import java.util.Optional;

/** See {@link #entry()}. */
@AutoService(FindingKind.class)
public final class NetworkLoss extends LegFindingKind {
    public static final FindingId ID = new FindingId("network-loss");
    private static final long TWICE = 2;

    public NetworkLoss() {
        super(ID, SessionStage.DATA, 70);
    }

    @Override
    public Optional<Finding> examine(Snapshot snapshot, Leg leg) {
        LegRecord it = snapshot.leg(leg);
        Fact<Long> since = it.data().flight().unackedSince().fact();
        if (since == null
                || !SessionPhase.isLive(snapshot)
                || it.data().flight().backoffs().or(0L) < TWICE
                || it.data().windows().zeroWindowSince().isKnown()
                || snapshot.nanosSince(since.value())
                        < snapshot.thresholds().unacknowledged().toNanos()
                || LocalFin.onlyFinUnacknowledged(it)
                || SendProgress.vanishedSince(snapshot, it) != null) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                ID,
                Blame.networkTo(leg),
                SendProgress.ofLoss(it, since.value()),
                leg,
                since.value(),
                SendProgress.unacknowledged(it).peerSocket(it).pieces()));
    }

    @Override
    protected String sentence(Words words) {
        return "Segments to " + words.peer(words.leg(Leg.UPSTREAM))
                + " are lost: no acknowledgement has made progress for "
                + words.lasted()
                + Words.inBrackets(
                        words.count("", Clue.SEGMENTS_UNACKNOWLEDGED, "segment", " in flight"),
                        words.count("", Clue.RETRANSMITS_SENT, "retransmission", " in all"),
                        words.count("", Clue.BACKOFFS, "time-out", " in a row"),
                        words.word("ICMP error ", Clue.LAST_ICMP, ""))
                + ". Look for a link that drops packets, a packet filter, or packets larger than the path takes.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(
                Contradiction.of(
                        "the segments arriving on the peer's host, and its ACKs leaving it: the way back loses them"),
                Contradiction.of("a receive window of 0: the peer does not read, and nothing is lost"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.own().losses().packets(true).path();
    }

    @Override
    public List<Overlap> overlaps() {
        return List.of(
                explains(UpstreamSilent.ID, Overlap.Scope.SAME_LEG, "the upstream does not have all of the request"),
                explains(
                        ClientSilent.ID, Overlap.Scope.SAME_LEG, "the client does not have all that it should answer"));
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "Segments are lost, and sent again without progress.",
                "At least two retransmission time-outs in a row with an open window; proved if other segments of the peer arrive"
                        + " meanwhile. If nothing of the peer arrives either, it may have vanished.",
                "network to that peer",
                "unacknowledged",
                "Check link, filter and path MTU (`tracepath`).",
                new RuleEntry.Rights(
                        "proved if tcp_info shows segments of the peer meanwhile; likely without a round-trip time; possible"
                                + " if it is not heard, or that is not known",
                        "names the program at the other end",
                        "the same"));
    }
}
