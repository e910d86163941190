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
import dev.finspect.diagnose.question.LostRequest;
import dev.finspect.diagnose.question.PeerHost;
import dev.finspect.diagnose.question.PeerReset;
import dev.finspect.diagnose.question.Rest;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Leg;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** See {@link #entry()}. A peer that had taken the bytes closed on them instead. */
@AutoService(FindingKind.class)
public final class ResetAfterIdle extends LegFindingKind {
    public static final FindingId ID = new FindingId("reset-after-idle");

    private static final OtherReading OTHER_STACK = new OtherReading(
            "other-stack",
            "another host of the same service sent the RST",
            "the RST has the time to live of the peer's other segments, or is several hops off",
            "a capture on the PEER's host: does the RST leave it?",
            OtherReadings::peer,
            ResetAfterIdle::otherStack);

    private static final OtherReading NO_REST = new OtherReading(
            "no-rest",
            "the connection was not idle: the idle time is computed, not seen",
            "the idle time was seen",
            "the PEER's log at that moment",
            OtherReadings.by(Blame.NOBODY),
            ResetAfterIdle::noRest);

    private static final OtherReading RESET_THEM = new OtherReading(
            "read-and-reset",
            "the PEER's program read these bytes, and then reset the connection for a reason of its own",
            "the RST acknowledges none of them, or has no ACK flag (captured); rare for an upstream, which would answer a"
                    + " request; a delayed ACK is not sent any more at a reset, so that the kernel alone cannot tell",
            "`--capture lifecycle` (as root): what does the RST acknowledge?",
            OtherReadings::peer,
            ResetAfterIdle::readAndReset);

    /** A host answers a port that it has never heard of as one that it has forgotten. */
    private static final OtherReading PORT_CHANGED = new OtherReading(
            "port-changed",
            "a NAT on the way forgot the connection and gave it another port, which the PEER does not know",
            "the PEER's address is on this host; the RST has an ACK flag, so that its socket sent it; its segments pass no"
                    + " router",
            "the PEER's host: does it still have the connection, in ESTAB?",
            OtherReadings::way,
            ResetAfterIdle::portChanged);

    public ResetAfterIdle() {
        super(ID, SessionStage.CLOSING, 50);
    }

    @Override
    protected Optional<Situation> situation(Snapshot snapshot, Leg leg) {
        LegRecord it = snapshot.leg(leg);
        CloseMark rst = PeerReset.of(it);
        if (rst == null || !Rest.endedByReset(snapshot, it)) {
            return Optional.empty();
        }
        Rest rest = Rest.before(it, rst.atEpochNanos());
        return Optional.of(new Situation(
                PeerReset.hopsOff(it, rst) > 0 ? Blame.networkTo(leg) : Blame.peer(leg),
                leg,
                rst.atEpochNanos(),
                new EvidenceList(leg)
                        .amount(Clue.RESTED, rest == null ? null : rest.nanos())
                        .at(Clue.LAST_SENT, it.lastSentAt())
                        .at(Clue.RST_RECEIVED, rst.at())
                        .at(Clue.LAST_RECEIVED, it.lastReceivedAt())
                        .unacknowledged(it)
                        .idleLimit(it)
                        .pieces()));
    }

    private static final OtherReading FORGED_RESET =
            OtherReadings.FORGED_RESET.unlessOwn((snapshot, situation) -> situation.isByTheWay());

    private static ReadingResult otherStack(Snapshot snapshot, Situation situation) {
        if (!situation.isByTheWay()) {
            return ReadingResult.none();
        }
        LegRecord it = snapshot.leg(situation.oneLeg());
        CloseMark rst = PeerReset.of(it);
        return rst != null && PeerReset.isFarOff(it, rst)
                ? ReadingResult.rare("its time to live is several hops off")
                : ReadingResult.open();
    }

    private static ReadingResult portChanged(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        CloseMark rst = PeerReset.of(it);
        if (situation.isByTheWay()) {
            return ReadingResult.none();
        }
        if (PeerHost.isHere(it)) {
            return ReadingResult.ruledOut("the PEER's address is on this host");
        }
        if (rst != null && rst.ackFlag().or(false)) {
            return ReadingResult.ruledOut("the RST has an ACK flag: a socket sent it", rst.atEpochNanos());
        }
        return PeerReset.isNextDoor(it)
                ? ReadingResult.ruledOut("no router is on the way to it, by its time to live")
                : ReadingResult.open();
    }

    private static ReadingResult noRest(Snapshot snapshot, Situation situation) {
        CloseMark rst = PeerReset.of(snapshot.leg(situation.oneLeg()));
        Rest rest = rst == null ? null : Rest.before(snapshot.leg(situation.oneLeg()), rst.atEpochNanos());
        return rest != null && rest.observed()
                ? ReadingResult.ruledOut("the idle time was seen", situation.sinceEpochNanos())
                : ReadingResult.open();
    }

    private static ReadingResult readAndReset(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        CloseMark rst = PeerReset.of(it);
        if (rst != null && Boolean.FALSE.equals(LostRequest.covers(rst, it))) {
            return ReadingResult.ruledOut("the RST acknowledges less than was sent", rst.atEpochNanos());
        }
        if (rst != null && !rst.ackFlag().or(true)) {
            return ReadingResult.ruledOut("the RST has no ACK flag: no socket sent it", rst.atEpochNanos());
        }
        return situation.leg() == Leg.UPSTREAM
                ? ReadingResult.rare("a service that reads a request seldom answers it by a reset")
                : ReadingResult.open();
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.CLIENT, Blame.UPSTREAM, Blame.NETWORK_TO_CLIENT, Blame.NETWORK_TO_UPSTREAM);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(FORGED_RESET, PORT_CHANGED, OTHER_STACK, RESET_THEM, NO_REST, OtherReadings.NOT_CAPTURED);
    }

    @Override
    protected String sentence(Words words) {
        Leg leg = words.leg(Leg.UPSTREAM);
        Blame blame = words.finding().blame();
        boolean byPeer = blame == Blame.UPSTREAM || blame == Blame.CLIENT;
        boolean byEither = blame == Blame.UPSTREAM_SIDE || blame == Blame.CLIENT_SIDE;
        String other = leg.other().label();
        String who = byPeer || byEither ? words.thePeer(leg) : "A device on the way to " + words.peer(leg);
        return who + (byEither ? ", or a device on the way to it," : "")
                + " gave up the connection while it was idle"
                + words.duration(" (", Clue.RESTED, " without a byte either way)")
                + ", and answered the next bytes from " + words.peer(leg.other())
                + " with RST; these are lost. Let the " + other + " close or probe idle connections sooner than that"
                + (byPeer || byEither ? ", or the " + leg.label() + " later." : ".")
                + words.idleLimit();
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(
                Contradiction.of("the peer's log with another reason for the close at that moment"),
                Contradiction.of("other sessions that were idle for longer and survived: it is no idle time-out"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.timeOuts().nextPackets(false);
    }

    @Override
    public List<Overlap> overlaps() {
        return List.of(
                explains(ResetWithUnread.ID, Overlap.Scope.ANY_LEG, "the peer's idle time-out is why it closed"));
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
                        "possible: the peer or the way",
                        "likely, if an upstream is here",
                        "proved, if the peer is here; likely, by the RST's time to live"));
    }
}
