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
import dev.finspect.diagnose.catalogue.LegFindingKind;
import dev.finspect.diagnose.catalogue.Overlap;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.PeerHost;
import dev.finspect.diagnose.question.SendProgress;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** See {@link #entry()}. Nothing of the peer's can be read before the missing bytes come. */
@AutoService(FindingKind.class)
public final class StreamGap extends LegFindingKind {
    public static final FindingId ID = new FindingId("stream-gap");

    /** Segments were lost all the same: a host that is down only explains why they do not come again. */
    private static final OtherReading HOST_GONE = OtherReadings.HOST_GONE.with(StreamGap::hostGone);

    /** A receiver acknowledges anything behind a gap at once (RFC 5681 section 4.2). */
    private static final OtherReading NOT_CAPTURED =
            OtherReadings.NOT_CAPTURED.with((snapshot, situation) -> lacksDuplicateAcks(snapshot, situation)
                    ? ReadingResult.open()
                    : OtherReadings.NOT_CAPTURED.test().of(snapshot, situation));

    public StreamGap() {
        super(ID, SessionStage.DATA, 65);
    }

    @Override
    protected Optional<Situation> situation(Snapshot snapshot, Leg leg) {
        LegRecord it = snapshot.leg(leg);
        Fact<Long> since = it.data().loss().hole().since().fact();
        if (since == null
                || !SessionPhase.isLive(snapshot)
                || !snapshot.lasts(since.value(), snapshot.thresholds().unacknowledged())) {
            return Optional.empty();
        }
        return Optional.of(new Situation(
                Blame.networkTo(leg),
                leg,
                since.value(),
                new EvidenceList(leg)
                        .at(Clue.GAP_SINCE, since)
                        .at(Clue.LAST_RECEIVED, it.lastReceivedAt())
                        .at(Clue.LAST_SENT, it.lastSentAt())
                        .at(Clue.LAST_HEARD, it.data().flight().lastHeardAt())
                        .pieces()));
    }

    private static ReadingResult hostGone(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        if (PeerHost.isHere(it)) {
            return ReadingResult.ruledOut("the PEER's address is on this host");
        }
        long heard = SendProgress.heardAt(it);
        return heard >= situation.sinceEpochNanos() + SessionPhase.reactionNanos(it)
                ? ReadingResult.ruledOut("a segment of the PEER has arrived since", heard)
                : ReadingResult.rare("a host seldom goes down just as its segments are lost");
    }

    private static boolean lacksDuplicateAcks(Snapshot snapshot, Situation situation) {
        LegWire wire = snapshot.leg(situation.oneLeg()).wire();
        if (wire == null || !wire.mode().passive()) {
            return false;
        }
        Long receiver = wire.localEnd().flight().lastSegmentAtNanos();
        return receiver == null || receiver < situation.sinceEpochNanos();
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.NETWORK_TO_CLIENT, Blame.NETWORK_TO_UPSTREAM);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(HOST_GONE, NOT_CAPTURED);
    }

    @Override
    protected String sentence(Words words) {
        Leg leg = words.leg(Leg.UPSTREAM);
        return "Bytes that " + words.peer(leg) + " sent are lost on the way, and do not come again: later ones arrived "
                + words.lasted()
                + " ago, and cannot be read before them. Large packets are often the only ones that are"
                + " lost: compare the path MTU with the segments' size.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(Contradiction.of("the missing bytes in a capture on this host: the capture's filter lost them"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.own().losses().packets(true).path();
    }

    @Override
    public List<Overlap> overlaps() {
        String reason = "what has arrived cannot be read before what is missing";
        return List.of(
                explains(NotClosing.UPSTREAM, Overlap.Scope.SAME_LEG, reason),
                explains(NotClosing.CLIENT, Overlap.Scope.SAME_LEG, reason));
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "Bytes of a peer are missing, and later ones have arrived.",
                "finspect's kernel holds bytes of the peer that it cannot hand on (memory in use, nothing to read), or a capture"
                        + " shows bytes above a gap, for longer than the threshold.",
                "network to that peer",
                "unacknowledged",
                "Check path MTU (`tracepath`) and filters of ICMP \"fragmentation needed\"; lower the MSS.",
                new RuleEntry.Rights("likely; proved if the peer is heard since", "", "the same"));
    }
}
