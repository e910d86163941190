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
import dev.finspect.diagnose.catalogue.LegFindingKind;
import dev.finspect.diagnose.catalogue.Overlap;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.PeerReset;
import dev.finspect.diagnose.question.Rest;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Leg;
import java.util.List;
import java.util.Optional;

/** See {@link #entry()}. A peer that had taken the bytes closed on them instead. */
@AutoService(FindingKind.class)
public final class ResetAfterIdle extends LegFindingKind {
    public static final FindingId ID = new FindingId("reset-after-idle");

    public ResetAfterIdle() {
        super(ID, SessionStage.CLOSING, 50);
    }

    @Override
    public Optional<Finding> examine(Snapshot snapshot, Leg leg) {
        LegRecord it = snapshot.leg(leg);
        CloseMark rst = PeerReset.of(it);
        if (rst == null || !Rest.endedByReset(snapshot, it)) {
            return Optional.empty();
        }
        Rest rest = Rest.before(it, rst.at().value());
        boolean sure = rest != null && rest.observed();
        return Optional.of(new Finding(
                ID,
                PeerReset.hopsOff(it, rst) > 0 ? Blame.networkTo(leg) : Blame.peer(leg),
                sure ? Confidence.LIKELY : Confidence.POSSIBLE,
                leg,
                rst.at().value(),
                new EvidenceList(leg)
                        .amount(Clue.RESTED, rest == null ? null : rest.nanos())
                        .at(Clue.LAST_SENT, it.data().traffic().lastSentAt())
                        .at(Clue.RST_RECEIVED, rst.at())
                        .at(Clue.LAST_RECEIVED, it.data().traffic().lastReceivedAt())
                        .unacknowledged(it)
                        .pieces()));
    }

    @Override
    protected String sentence(Words words) {
        Leg leg = words.leg(Leg.UPSTREAM);
        Blame blame = words.finding().blame();
        boolean byPeer = blame == Blame.UPSTREAM || blame == Blame.CLIENT;
        String other = leg.other().label();
        return (byPeer ? words.thePeer(leg) : "A device on the way to " + words.peer(leg))
                + " gave up the connection while it was idle"
                + words.duration(" (", Clue.RESTED, " without a byte either way)")
                + ", and answered the next bytes from " + words.peer(leg.other())
                + " with RST; these are lost. Let the " + other + " close or probe idle connections sooner than that"
                + (byPeer ? ", or the " + leg.label() + " later." : ".");
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(
                Contradiction.of("the peer's log with another reason for the close at that moment"),
                Contradiction.of("other sessions that were idle for longer and survived: it is no idle time-out"),
                Contradiction.of("an RST with another time to live: a device on the way has forgotten the connection"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.timeOuts().nextPackets(false);
    }

    @Override
    public List<Overlap> overlaps() {
        String reason = "the peer's idle time-out is why it closed";
        return List.of(
                explains(ReusedWhileClosing.ID, Overlap.Scope.ANY_LEG, reason),
                explains(ResetWithUnread.ID, Overlap.Scope.ANY_LEG, reason));
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "After an idle time, the next bytes were answered by an RST.",
                "RST within a round trip of bytes that ended an idle time, and those bytes not acknowledged.",
                "that peer; the network if the RST is not the peer's own",
                "idle_before_reset",
                "Let the side that sends requests close or probe idle connections sooner than the other side's time-out.",
                new RuleEntry.Rights(
                        "likely; possible if the idle time is computed",
                        "",
                        "shows a device on the way by its time to live"));
    }
}
