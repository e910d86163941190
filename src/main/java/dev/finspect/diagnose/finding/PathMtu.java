package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Alternative;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Evidence;
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
import dev.finspect.diagnose.question.LocalFin;
import dev.finspect.diagnose.question.PeerHost;
import dev.finspect.diagnose.question.SendProgress;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.question.SizeLimit;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** See {@link #entry()}. A path MTU black hole, RFC 2923 section 2.1. */
@AutoService(FindingKind.class)
public final class PathMtu extends LegFindingKind {
    public static final FindingId ID = new FindingId("path-mtu");
    private static final long TWICE = 2;

    private static final OtherReading ANY_SIZE = new OtherReading(
            "any-size",
            "the network loses segments of any size",
            "an ICMP error that names the MTU; a segment of the peer that came later than a reaction to the first lost one, where no"
                    + " segment of its size is known to have passed; else rare, since smaller ones passed behind it",
            "`ping -M do` with packets of both sizes",
            OtherReadings::way,
            PathMtu::anySize);

    private static final OtherReading HOST_GONE = OtherReadings.HOST_GONE.with(PathMtu::hostGone);

    /** Of what finspect sends; what it receives needs no window of the peer. */
    private static final OtherReading WINDOW_FULL =
            OtherReadings.WINDOW_FULL.unlessOwn((snapshot, situation) -> !isOfSent(situation));

    public PathMtu() {
        super(ID, SessionStage.DATA, 62);
    }

    @Override
    protected Optional<Situation> situation(Snapshot snapshot, Leg leg) {
        LegRecord it = snapshot.leg(leg);
        if (!SessionPhase.isLive(snapshot)) {
            return Optional.empty();
        }
        Situation sent = isLosingSent(snapshot, it) ? sent(it) : null;
        Situation received = isLosingReceived(snapshot, it) ? received(it) : null;
        return Optional.ofNullable(
                sent == null || received == null ? (sent == null ? received : sent) : surer(snapshot, sent, received));
    }

    /** Of both directions the one with fewer doubts. */
    private Situation surer(Snapshot snapshot, Situation one, Situation other) {
        return doubt(snapshot, other) < doubt(snapshot, one) ? other : one;
    }

    private int doubt(Snapshot snapshot, Situation situation) {
        int most = 0;
        for (OtherReading reading : readings()) {
            Alternative tested = reading.test(snapshot, situation);
            most = Math.max(most, tested == null ? 0 : tested.standing().ordinal());
        }
        return most;
    }

    private static boolean isLosingSent(Snapshot snapshot, LegRecord it) {
        Fact<Long> since = it.data().flight().unackedSince().fact();
        return since != null
                && SessionPhase.showsAcks(it)
                && it.data().flight().backoffs().or(0L) >= TWICE
                && !it.data().windows().zeroWindowSince().isKnown()
                && snapshot.lasts(since.value(), snapshot.thresholds().unacknowledged())
                && !LocalFin.onlyFinUnacknowledged(it)
                && (SizeLimit.passesSmallerOnes(it) || SizeLimit.isReported(it));
    }

    private static Situation sent(LegRecord it) {
        Fact<Long> again = it.data().flight().backoffs().fact();
        boolean reported = SizeLimit.isReported(it);
        return new Situation(
                Blame.networkTo(it.leg()),
                it.leg(),
                it.data().flight().unackedSince().or(0L),
                new EvidenceList(it.leg())
                        .amount(Clue.SIZE_PASSED, SizeLimit.passed(it))
                        .amount(Clue.SIZE_LOST, it.data().loss().sizes().sentAgain())
                        .amount(Clue.TIMES_SENT, again == null ? null : new Fact<>(again.value() + 1, again.source()))
                        .amount(
                                Clue.PATH_MTU,
                                it.data().flight().retransmission().pathMtuBytes())
                        .amount(Clue.ICMP_MTU, reported ? it.data().path().icmpMtuBytes() : null)
                        .and(SendProgress.unacknowledged(it))
                        .pieces());
    }

    private static boolean isLosingReceived(Snapshot snapshot, LegRecord it) {
        Fact<Long> since = it.data().loss().hole().since().fact();
        return since != null
                && snapshot.lasts(since.value(), snapshot.thresholds().unacknowledged())
                && SizeLimit.lacksLargeOnes(it);
    }

    private static Situation received(LegRecord it) {
        Observation<Long> since = it.data().loss().hole().since();
        return new Situation(
                Blame.networkTo(it.leg()),
                it.leg(),
                since.or(0L),
                new EvidenceList(it.leg())
                        .amount(Clue.SIZE_RECEIVED, it.data().loss().sizes().received())
                        .amount(Clue.BYTES_MISSING, it.data().loss().sizes().gap())
                        .amount(Clue.SIZE_FULL, it.data().loss().sizes().full())
                        .at(Clue.GAP_SINCE, since)
                        .at(Clue.LAST_RECEIVED, it.lastReceivedAt())
                        .at(Clue.LAST_HEARD, it.data().flight().lastHeardAt())
                        .pieces());
    }

    private static boolean isOfSent(Situation situation) {
        return situation.evidence().stream().map(Evidence::clue).anyMatch(Clue.SIZE_LOST::equals);
    }

    private static ReadingResult anySize(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        if (isOfSent(situation) && SizeLimit.isReported(it)) {
            return ReadingResult.ruledOut("an ICMP error says that the packets are too large");
        }
        boolean mayHavePassed = isOfSent(situation) && SizeLimit.mayHavePassed(it);
        return isHeardSince(it, situation) && !mayHavePassed
                ? ReadingResult.ruledOut(
                        "smaller segments have passed since, and none of that size ever did", SendProgress.heardAt(it))
                : ReadingResult.rare(
                        "a smaller segment passed behind those that are lost, and is the only one that did");
    }

    private static ReadingResult hostGone(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        if (PeerHost.isHere(it)) {
            return ReadingResult.ruledOut("the PEER's address is on this host");
        }
        if (isOfSent(situation) && SizeLimit.isReported(it)) {
            return ReadingResult.ruledOut("an ICMP error says that the packets do not get there");
        }
        return isHeardSince(it, situation)
                ? ReadingResult.ruledOut("a segment of the PEER has arrived since", SendProgress.heardAt(it))
                : ReadingResult.rare(
                        "a host seldom goes down just as its large segments are lost, and smaller ones pass");
    }

    private static boolean isHeardSince(LegRecord leg, Situation situation) {
        return SendProgress.heardAt(leg) >= situation.sinceEpochNanos() + SessionPhase.reactionNanos(leg);
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.NETWORK_TO_CLIENT, Blame.NETWORK_TO_UPSTREAM);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(ANY_SIZE, HOST_GONE, WINDOW_FULL, OtherReadings.NOT_CAPTURED);
    }

    @Override
    protected String sentence(Words words) {
        String peer = words.peer(words.leg(Leg.UPSTREAM));
        String why = words.has(Clue.ICMP_MTU)
                ? " An ICMP error says that a link on the way takes packets of up to " + exact(words, Clue.ICMP_MTU)
                        + " only, and finspect's kernel has not heeded it."
                : " A link on the way takes smaller packets only, and the ICMP errors that would say so do not get through.";
        return (words.has(Clue.BYTES_MISSING) ? received(words, peer) : sent(words, peer)) + why;
    }

    private static String sent(Words words, String peer) {
        String times = words.times("have been sent ", Clue.TIMES_SENT, " in ");
        String sent = (times.isEmpty() ? "have been sent again for " : times) + words.lasted();
        String size = words.has(Clue.SIZE_LOST) ? " of " + exact(words, Clue.SIZE_LOST) : "";
        return words.has(Clue.SIZE_PASSED)
                ? "Segments of up to " + exact(words, Clue.SIZE_PASSED) + " to " + peer + " are acknowledged; those"
                        + size + " " + sent + " and never were."
                : (size.isEmpty() ? "Large segments" : "Segments" + size) + " to " + peer + " " + sent
                        + " and were never acknowledged.";
    }

    private static String received(Words words, String peer) {
        return "Segments of up to " + exact(words, Clue.SIZE_RECEIVED) + " arrive from " + peer + "; "
                + exact(words, Clue.BYTES_MISSING) + " before the last of them are missing for " + words.lasted()
                + ", in segments of up to " + exact(words, Clue.SIZE_FULL) + ".";
    }

    /** {@code 1,448 bytes}: a size that another command takes. */
    private static String exact(Words words, Clue clue) {
        return String.format(Locale.ROOT, "%,d bytes", words.number(clue));
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(Contradiction.of("a ping with large packets (`-M do -s`) that is answered"));
    }

    @Override
    protected void next(NextCommands commands) {
        Evidence lost = commands.finding().first(Clue.SIZE_LOST);
        Evidence large = lost == null ? commands.finding().first(Clue.SIZE_FULL) : lost;
        commands.own().route().path();
        if (large != null) {
            commands.largePing(large.amount());
        }
        commands.packets(true).probeMtu().clampMss();
    }

    @Override
    public List<Overlap> overlaps() {
        String reason = "only the segments that are too large for the path are lost";
        return List.of(
                explains(NetworkLoss.ID, Overlap.Scope.SAME_LEG, reason),
                explains(StreamGap.ID, Overlap.Scope.SAME_LEG, reason),
                explains(
                        PeerVanished.ID,
                        Overlap.Scope.SAME_LEG,
                        "a peer that lacks what came first has nothing to answer"),
                explains(NotClosing.UPSTREAM, Overlap.Scope.SAME_LEG, reason),
                explains(NotClosing.CLIENT, Overlap.Scope.SAME_LEG, reason));
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "Large segments are lost on the way, and smaller ones pass.",
                "At least two retransmission time-outs in a row of a segment, with an open window, while the peer has acknowledged a"
                        + " smaller one behind it (SACK), or an ICMP error names a smaller MTU. From a peer: full segments are missing,"
                        + " smaller ones arrive behind them, and no full one ever has.",
                "network to that peer",
                "unacknowledged",
                "Let ICMP \"fragmentation needed\" and \"packet too big\" pass, or clamp the MSS at the tunnel.",
                new RuleEntry.Rights(
                        "likely of what finspect sends, by tcp_info; of what it receives see `stream-gap`",
                        "",
                        "the same, with the sizes that pass; proved if the peer is heard later, or by an ICMP error; also of what it"
                                + " receives"));
    }
}
