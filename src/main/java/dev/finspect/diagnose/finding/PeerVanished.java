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
import dev.finspect.diagnose.catalogue.Overlap;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.IcmpErrors;
import dev.finspect.diagnose.question.Rest;
import dev.finspect.diagnose.question.SendProgress;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** See {@link #entry()}. */
@AutoService(FindingKind.class)
public final class PeerVanished extends LegFindingKind {
    public static final FindingId ID = new FindingId("peer-vanished");

    private static final OtherReading WAY_CUT = new OtherReading(
            "network-cut",
            "the path to the PEER is cut",
            "nothing that finspect sees",
            "a ping of the PEER's host, or its state of the connection: ESTAB there means that the path is cut",
            OtherReadings::way,
            (snapshot, situation) -> situation.isByTheWay() ? ReadingResult.none() : ReadingResult.open());

    private static final OtherReading HOST_DOWN = new OtherReading(
            "host-gone",
            "the PEER's host is down, or has lost the connection",
            "an ICMP error of a host on the way that says why it passes nothing on",
            "a ping of the PEER's host from another network",
            OtherReadings::peer,
            PeerVanished::hostDown);

    public PeerVanished() {
        super(ID, SessionStage.DATA, 80);
    }

    @Override
    protected Optional<Situation> situation(Snapshot snapshot, Leg leg) {
        LegRecord it = snapshot.leg(leg);
        Long since =
                SessionPhase.isLive(snapshot) ? SendProgress.vanishedSince(snapshot, it) : givenUpSince(snapshot, it);
        if (since == null || !SessionPhase.showsAcks(it)) {
            return Optional.empty();
        }
        boolean refused = SendProgress.refusedHereSince(it) != null;
        return Optional.of(new Situation(
                IcmpErrors.isByTheWay(it) ? Blame.networkTo(leg) : Blame.peer(leg),
                leg,
                since,
                SendProgress.unacknowledged(it)
                        .amount(
                                Clue.PROBES_UNANSWERED,
                                refused ? null : it.data().flight().probes())
                        .amount(Clue.NOT_SENT, refused ? it.data().queue().notSentBytes() : null)
                        .amount(Clue.RESTED, Rest.longBefore(snapshot, it))
                        .error(Clue.ENDED_BY_ERROR, it.close().errno())
                        .tracking(it)
                        .idleLimit(it)
                        .pieces()));
    }

    /** Since when the peer was gone in a session that the kernel, or the other end, gave up for that reason. */
    private static @Nullable Long givenUpSince(Snapshot snapshot, LegRecord leg) {
        Fact<Errno> errno = leg.close().errno().fact();
        if (!SessionPhase.endedByPeers(snapshot)) {
            return null;
        }
        if (errno == null || errno.value().cause() != Errno.Cause.GIVEN_UP) {
            return isResetUnanswered(leg) ? SendProgress.vanishedSince(snapshot, leg) : null;
        }
        return leg.data()
                .flight()
                .unackedSince()
                .or(Math.max(
                        SendProgress.heardAt(leg),
                        leg.handshake().establishedAt().or(snapshot.nowEpochNanos())));
    }

    /** Whether the other end gave up, and nothing of the peer had come for its last segments. */
    private static boolean isResetUnanswered(LegRecord leg) {
        CloseMark own = leg.close().localRst().orNull();
        return own != null && !leg.close().peerRst().isKnown() && own.at().value() >= SendProgress.heardAt(leg);
    }

    private static ReadingResult hostDown(Snapshot snapshot, Situation situation) {
        if (!situation.isByTheWay()) {
            return ReadingResult.none();
        }
        Observation<String> icmp =
                snapshot.leg(situation.oneLeg()).data().path().lastIcmp();
        return ReadingResult.ruledOut("the ICMP error " + icmp.or(""));
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.CLIENT, Blame.UPSTREAM, Blame.NETWORK_TO_CLIENT, Blame.NETWORK_TO_UPSTREAM);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(WAY_CUT, HOST_DOWN, OtherReadings.NOT_CAPTURED);
    }

    @Override
    protected String sentence(Words words) {
        return words.thePeer(words.leg(Leg.UPSTREAM)) + " has sent no segment of any kind"
                + (words.has(Clue.LAST_HEARD) ? words.since(" for ", Clue.LAST_HEARD, "") : " for " + words.lasted())
                + Words.inBrackets(
                        words.count("", Clue.BACKOFFS, "retransmission time-out", ""),
                        words.bytes("", Clue.NOT_SENT, " that this host cannot send"),
                        words.count("", Clue.PROBES_UNANSWERED, "unanswered probe", ""),
                        words.word("the kernel gave up with ", Clue.ENDED_BY_ERROR, ""),
                        words.word("ICMP error ", Clue.LAST_ICMP, ""))
                + (words.has(Clue.NOT_SENT)
                        ? ". A packet filter on this host refuses to send, there is no route, or the interface is down."
                        : ". Its host is down, has lost its address or its state, or the path to it is cut.")
                + words.forgottenAtRest()
                + words.idleLimit();
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(Contradiction.of("any segment of the peer, such as an answer to a keep-alive probe"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.probe().own().packets(true).ping().route();
    }

    @Override
    public List<Overlap> overlaps() {
        String reason = "a peer that is gone answers and closes nothing";
        return List.of(
                explains(UpstreamSilent.ID, Overlap.Scope.SAME_LEG, reason),
                explains(ClientSilent.ID, Overlap.Scope.SAME_LEG, reason),
                explains(NotClosing.UPSTREAM, Overlap.Scope.SAME_LEG, reason),
                explains(NotClosing.CLIENT, Overlap.Scope.SAME_LEG, reason),
                explains(NobodySpeaks.ID, Overlap.Scope.ANY_LEG, "one of the two is gone"));
    }

    @Override
    public boolean asksForTracking() {
        return true;
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "Nothing of any kind comes back from a peer.",
                "At least three time-outs or probes in a row without any segment, or as many tries that this host could not send; a connection that the kernel gave up"
                        + " (ETIMEDOUT). Never proved: a path that is cut both ways looks the same.",
                "that peer",
                "vanished",
                "Does the host answer? `finspect explain --probe`.",
                new RuleEntry.Rights(
                        "possible: the peer's host or the way; that it hangs is proved",
                        "",
                        "likely or proved against the network, by an ICMP error of the way"));
    }
}
