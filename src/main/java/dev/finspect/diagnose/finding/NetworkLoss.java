package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Contradiction;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.LegFindingKind;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.LocalFin;
import dev.finspect.diagnose.question.Rest;
import dev.finspect.diagnose.question.SendProgress;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** See {@link #entry()}. */
@AutoService(FindingKind.class)
public final class NetworkLoss extends LegFindingKind {
    public static final FindingId ID = new FindingId("network-loss");
    private static final long TWICE = 2;

    private static final OtherReading NOT_ESTABLISHED = new OtherReading(
            "not-established",
            "the PEER's end is not established, since its accept queue is full",
            "it has sent or acknowledged bytes on this connection",
            "the state of the connection on the PEER's host, and Recv-Q of its listener",
            OtherReadings::peer,
            NetworkLoss::notEstablished);

    public NetworkLoss() {
        super(ID, SessionStage.DATA, 70);
    }

    @Override
    protected Optional<Situation> situation(Snapshot snapshot, Leg leg) {
        LegRecord it = snapshot.leg(leg);
        Fact<Long> since = it.data().flight().unackedSince().fact();
        if (since == null
                || !SessionPhase.isLive(snapshot)
                || !SessionPhase.showsAcks(it)
                || it.data().flight().backoffs().or(0L) < TWICE
                || it.data().windows().zeroWindowSince().isKnown()
                || !snapshot.lasts(since.value(), snapshot.thresholds().unacknowledged())
                || LocalFin.onlyFinUnacknowledged(it)
                || SendProgress.vanishedSince(snapshot, it) != null) {
            return Optional.empty();
        }
        return Optional.of(new Situation(
                Blame.networkTo(leg),
                leg,
                since.value(),
                SendProgress.unacknowledged(it)
                        .amount(Clue.RESTED, Rest.longBefore(snapshot, it))
                        .peerSocket(it)
                        .tracking(it)
                        .idleLimit(it)
                        .pieces()));
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.NETWORK_TO_CLIENT, Blame.NETWORK_TO_UPSTREAM);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(
                OtherReadings.HOST_GONE, OtherReadings.WINDOW_FULL, OtherReadings.DROPPED_THERE, NOT_ESTABLISHED);
    }

    private static ReadingResult notEstablished(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        boolean took =
                it.bytesReceived() > 0 || it.data().flight().bytesAcknowledged().or(0L) > 0;
        return took || situation.leg() == Leg.CLIENT
                ? ReadingResult.ruledOut("the PEER has sent or acknowledged bytes")
                : ReadingResult.open();
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
                + ". Look for a link that drops packets, a packet filter, or packets larger than the path takes."
                + words.forgottenAtRest()
                + words.idleLimit();
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(Contradiction.of(
                "the segments arriving on the peer's host, and its ACKs leaving it: the way back loses them"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.own().losses().packets(true).path();
    }

    @Override
    public boolean asksForTracking() {
        return true;
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
                        "proved if tcp_info shows segments of the peer meanwhile, and room in its window; likely without a round-trip time; else possible",
                        "names the program at the other end",
                        "the same"));
    }
}
