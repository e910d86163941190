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
import dev.finspect.record.Tracking;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** See {@link #entry()}. A device on another host that forgets connections is not seen: {@link PeerVanished} or {@link NetworkLoss}. */
@AutoService(FindingKind.class)
public final class NatForgot extends LegFindingKind {
    public static final FindingId ID = new FindingId("nat-forgot");
    private static final long TWICE = 2;

    private static final String EXCLUDED_BY =
            "this host could send nothing of it; it would have made a new entry (nf_conntrack_tcp_loose); it was translated before;"
                    + " rare where this host refuses to send segments again";

    private static final OtherReading HOST_GONE = new OtherReading(
            "host-gone",
            "the PEER's host is down, or has lost the connection, and would not answer anyhow",
            EXCLUDED_BY,
            "a ping of the PEER's host",
            OtherReadings::peer,
            NatForgot::leavesThisHost);

    private static final OtherReading LOST_BEYOND = new OtherReading(
            "lost-beyond",
            "what is sent leaves this host, and the network loses it",
            EXCLUDED_BY,
            "packets of this connection on the interface that leads to the PEER",
            OtherReadings::way,
            NatForgot::leavesThisHost);

    private static final OtherReading NOT_TRACKED = new OtherReading(
            "not-tracked",
            "a rule exempts the connection from tracking (notrack), so that it never had an entry",
            "an earlier look found its entry",
            "`nft list ruleset | grep notrack`",
            OtherReadings::way,
            NatForgot::notTracked);

    private static final OtherReading NO_ROUTE = new OtherReading(
            "no-route",
            "this host has no route to the PEER, or its interface is down",
            "this host is not known to have refused to send anything",
            "the route to the PEER, and the state of its interface (`ip route get`, `ip link`)",
            OtherReadings::way,
            NatForgot::noRoute);

    public NatForgot() {
        super(ID, SessionStage.DATA, 67);
    }

    @Override
    protected Optional<Situation> situation(Snapshot snapshot, Leg leg) {
        LegRecord it = snapshot.leg(leg);
        Tracking tracking = it.tracking();
        Fact<Long> refused = SendProgress.refusedHereSince(it);
        Fact<Long> since = refused == null ? sentAgainSince(it) : refused;
        Fact<Long> rested = Rest.longBefore(snapshot, it);
        if (tracking == null
                || since == null
                || rested == null
                || !SessionPhase.isLive(snapshot)
                || it.close().peerFin().isKnown()
                || LocalFin.onlyFinUnacknowledged(it)
                || it.data().windows().zeroWindowSince().isKnown()
                || (refused == null
                        && !snapshot.lasts(since.value(), snapshot.thresholds().unacknowledged()))
                || !(tracking.forgotten(since.value(), rested.value()) || tracking.replaced(since.value()))) {
            return Optional.empty();
        }
        return Optional.of(new Situation(
                Blame.networkTo(leg),
                leg,
                since.value(),
                SendProgress.unacknowledged(it)
                        .amount(
                                Clue.NOT_SENT,
                                refused == null ? null : it.data().queue().notSentBytes())
                        .amount(Clue.RESTED, rested)
                        .tracking(it)
                        .idleLimit(it)
                        .pieces()));
    }

    /** Since when bytes are sent again in vain; null where they are not. */
    private static @Nullable Fact<Long> sentAgainSince(LegRecord leg) {
        return leg.data().flight().backoffs().or(0L) < TWICE
                ? null
                : leg.data().flight().unackedSince().fact();
    }

    private static ReadingResult leavesThisHost(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        Tracking tracking = it.tracking();
        if (SendProgress.refusedHereSince(it) != null) {
            return ReadingResult.ruledOut(
                    "nothing of it could be sent, though the PEER's window is open", snapshot.nowEpochNanos());
        }
        if (tracking == null) {
            return ReadingResult.open();
        }
        boolean forgotten = tracking.entry().isNone();
        if (forgotten && tracking.table().loose().or(false)) {
            return ReadingResult.ruledOut(
                    "conntrack would have made a new entry if what is sent left this host", tracking.atEpochNanos());
        }
        if (forgotten && tracking.wasTranslated()) {
            return ReadingResult.ruledOut("what is sent is not translated any more", tracking.atEpochNanos());
        }
        if (tracking.refused().isKnown()) {
            return ReadingResult.rare("this host refuses to send segments again meanwhile");
        }
        return !forgotten && tracking.earlier().isKnown()
                ? ReadingResult.rare("what is sent is translated otherwise than before")
                : ReadingResult.open();
    }

    private static ReadingResult notTracked(Snapshot snapshot, Situation situation) {
        Tracking tracking = snapshot.leg(situation.oneLeg()).tracking();
        if (tracking == null || tracking.entry().isKnown()) {
            return ReadingResult.none();
        }
        Tracking.Seen before = tracking.earlier().orNull();
        return before == null
                ? ReadingResult.open()
                : ReadingResult.ruledOut("conntrack had an entry of it", before.atEpochNanos());
    }

    private static ReadingResult noRoute(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        Tracking tracking = it.tracking();
        boolean refuses = SendProgress.refusedHereSince(it) != null
                || (tracking != null && tracking.refused().isKnown());
        return refuses ? ReadingResult.open() : ReadingResult.none();
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.NETWORK_TO_CLIENT, Blame.NETWORK_TO_UPSTREAM);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(HOST_GONE, LOST_BEYOND, NOT_TRACKED, NO_ROUTE);
    }

    @Override
    protected String sentence(Words words) {
        return "This host's connection tracking (conntrack) has forgotten the connection to "
                + words.peer(words.leg(Leg.UPSTREAM))
                + words.duration(" while it was idle for ", Clue.RESTED, "")
                + words.word("; since then it translates what is sent to ", Clue.TRACKED_AS, "")
                + ": nothing has been acknowledged for " + words.lasted()
                + Words.inBrackets(
                        words.bytes("", Clue.NOT_SENT, " that this host cannot send"),
                        words.count("", Clue.BACKOFFS, "time-out", " in a row"),
                        words.count(
                                "this host refused to send ",
                                Clue.RETRANSMITS_REFUSED,
                                "segment",
                                " again, of all its connections"))
                + "."
                + words.duration(" It remembers an idle connection for ", Clue.TRACKED_FOR, ".")
                + " Let TCP keep-alive probe more often than that, or raise nf_conntrack_tcp_timeout_established."
                + words.idleLimit();
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(Contradiction.of(
                "packets of this connection that leave this host, and no rule that drops the answers"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.conntrack().own().packets(false).timeOuts();
        if (commands.finding().first(Clue.NOT_SENT) != null
                || commands.finding().first(Clue.RETRANSMITS_REFUSED) != null) {
            commands.route().add("ip -brief link", "whether an interface is DOWN");
        }
    }

    @Override
    public boolean asksForTracking() {
        return true;
    }

    @Override
    public List<Overlap> overlaps() {
        String reason = "this host lets nothing of the connection pass any more";
        return List.of(
                explains(NetworkLoss.ID, Overlap.Scope.SAME_LEG, reason),
                explains(PeerVanished.ID, Overlap.Scope.SAME_LEG, reason),
                explains(UpstreamSilent.ID, Overlap.Scope.SAME_LEG, reason),
                explains(ClientSilent.ID, Overlap.Scope.SAME_LEG, reason));
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "This host's own connection tracking (NAT, packet filter) has forgotten a connection that was idle.",
                "After an idle time, at least two time-outs in a row, or as many tries that this host refused to send. The peer"
                        + " has sent no FIN. conntrack in finspect's network namespace has no entry of the connection. An"
                        + " earlier look found one; or others of the same service are tracked, and it was idle for at least"
                        + " `nf_conntrack_tcp_timeout_established`. Or its entry was made in mid-stream, translates, and has"
                        + " seen no answer. A device on another host is not seen.",
                "network to that peer",
                "unacknowledged, where it can be sent; idle_before_reset",
                "Probe (keep-alive) more often than `nf_conntrack_tcp_timeout_established`, or raise that.",
                new RuleEntry.Rights(
                        "not found: `network-loss` or `peer-vanished` instead",
                        "",
                        "likely or proved, where an earlier look found its entry; else possible: the network or the peer"));
    }
}
