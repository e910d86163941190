package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.PeerReset;
import dev.finspect.diagnose.question.SendProgress;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.question.Turn;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.ResetReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** See {@link #entry()}. Any finding that explains the end takes its place. */
@AutoService(FindingKind.class)
public final class UnexplainedEnd extends FindingKind {
    public static final FindingId ID = new FindingId("unexplained-end");

    private static final OtherReading CLIENT_LEFT = new OtherReading(
            "client-left",
            "the client gave up, or was done",
            "no RST came from the client, and its kernel was not given up",
            "the client's log at that moment",
            OtherReadings.by(Blame.CLIENT),
            (snapshot, situation) -> broke(snapshot.client(), "client"));

    private static final OtherReading UPSTREAM_BROKE_OFF = new OtherReading(
            "upstream-broke-off",
            "the upstream broke off: it was killed, restarted, or resets on purpose",
            "no RST came from the upstream, and its kernel was not given up",
            "the upstream's log at that moment",
            OtherReadings.by(Blame.UPSTREAM),
            (snapshot, situation) -> broke(snapshot.upstream(), "upstream"));

    private static final OtherReading NEEDED_NO_ANSWER = new OtherReading(
            "no-answer-expected",
            "what was sent needed no answer",
            "the upstream had answered everything",
            "the protocol: does the client send last?",
            OtherReadings.by(Blame.NOBODY),
            (snapshot, situation) -> Turn.isUnanswered(snapshot.upstream())
                    ? ReadingResult.open()
                    : ReadingResult.ruledOut("the upstream had answered everything"));

    private static final OtherReading LOST_TO_CLIENT = notDelivered(Leg.CLIENT, Blame.NETWORK_TO_CLIENT);
    private static final OtherReading LOST_TO_UPSTREAM = notDelivered(Leg.UPSTREAM, Blame.NETWORK_TO_UPSTREAM);

    /** A client that has nothing to wait for seldom waits for so long before it closes. */
    private static final long WAITED_NANOS = Duration.ofSeconds(10).toNanos();

    public UnexplainedEnd() {
        super(ID, SessionStage.REST, 20);
    }

    private static OtherReading notDelivered(Leg leg, Blame party) {
        return new OtherReading(
                "lost-to-" + leg.label(),
                "what was last sent to the " + leg.label() + " did not arrive: the way is cut, or its host is gone",
                "everything sent to it is acknowledged",
                "the " + leg.label() + "'s host: has its program had the last bytes?",
                OtherReadings.by(party),
                (snapshot, situation) -> SendProgress.lacksBytes(snapshot.leg(leg))
                        ? ReadingResult.open()
                        : ReadingResult.ruledOut("nothing is known to be unacknowledged"));
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        LegRecord client = snapshot.client();
        LegRecord upstream = snapshot.upstream();
        boolean needsWords = isBroken(client)
                || isBroken(upstream)
                || lacksBytes(client)
                || lacksBytes(upstream)
                || isRequestUnanswered(client, upstream);
        if (!SessionPhase.endedByPeers(snapshot) || !needsWords) {
            return List.of();
        }
        List<Evidence> acts = new ArrayList<>();
        acts.addAll(acts(client, upstream).pieces());
        acts.addAll(acts(upstream, client).pieces());
        acts.sort(Comparator.comparingLong(Evidence::atEpochNanos));
        List<Evidence> evidence = new ArrayList<>(acts);
        for (LegRecord leg : List.of(client, upstream)) {
            if (SendProgress.lacksBytes(leg)) {
                evidence.addAll(new EvidenceList(leg.leg()).unacknowledged(leg).pieces());
            }
        }
        long since = acts.stream()
                .mapToLong(Evidence::atEpochNanos)
                .filter(at -> at != Evidence.TIMELESS)
                .max()
                .orElse(snapshot.nowEpochNanos());
        return List.of(new Situation(
                Blame.NOBODY,
                null,
                Math.min(since, snapshot.nowEpochNanos()),
                evidence.isEmpty()
                        ? new EvidenceList(Leg.UPSTREAM).turn(upstream).pieces()
                        : evidence));
    }

    private static boolean isBroken(LegRecord leg) {
        CloseMark rst = PeerReset.of(leg);
        return (rst != null && !PeerReset.isAfterBothFins(leg, rst))
                || leg.close().errno().isKnown();
    }

    /** Whether bytes are lost that matter: not the goodbye of an end that closed at once, to one that had closed itself. */
    private static boolean lacksBytes(LegRecord leg) {
        if (!SendProgress.lacksBytes(leg)) {
            return false;
        }
        CloseMark fin = leg.close().localFin().orNull();
        long missing = leg.bytesSent() - leg.bytesTaken().or(0L);
        return fin == null
                || !leg.close().peerFin().isKnown()
                || missing > Turn.COURTESY_BYTES
                || fin.at().value() - leg.lastSentAt().or(Long.MIN_VALUE) > SessionPhase.reactionNanos(leg);
    }

    /**
     * Whether the upstream answers requests, and left the last one without an answer. Where it has never answered, the client must
     * have waited for an answer, for all that can be seen.
     */
    private static boolean isRequestUnanswered(LegRecord client, LegRecord upstream) {
        if (!Turn.isUnanswered(upstream)
                || !upstream.data().turns().turnBytesSent().isKnown()) {
            return false;
        }
        return upstream.bytesReceived() > 0 ? !Turn.isSmall(upstream) : hasWaited(client, upstream);
    }

    /** Whether the client sent one word, nothing for long, and then closed; unless this upstream is known to answer nobody. */
    private static boolean hasWaited(LegRecord client, LegRecord upstream) {
        CloseMark fin = client.close().peerFin().orNull();
        return fin != null
                && SessionPhase.isKnownFromStart(upstream)
                && !Turn.neverAnswers(upstream)
                && !Turn.waitsForNothing(client, upstream)
                && fin.at().value() - upstream.lastSentAt().or(Long.MAX_VALUE) >= WAITED_NANOS;
    }

    /** What each end did, with its time; once, where an act is one of both legs since no proxy is between them. */
    private static EvidenceList acts(LegRecord leg, LegRecord other) {
        CloseMark rst = PeerReset.of(leg);
        EvidenceList acts = new EvidenceList(leg.leg())
                .at(Clue.LAST_RECEIVED, leg.lastReceivedAt())
                .act(Clue.FIN_RECEIVED, leg.close().peerFin().orNull())
                .act(Clue.RST_RECEIVED, rst)
                .reason(rst == null ? null : rst.kernel())
                .error(Clue.ENDED_BY_ERROR, leg.close().errno());
        if (!leg.lastSentAt().equals(other.lastReceivedAt())) {
            acts.at(Clue.LAST_SENT, leg.lastSentAt());
        }
        CloseMark fin = leg.close().localFin().orNull();
        CloseMark others = other.close().peerFin().orNull();
        return fin != null && others != null && fin.at().equals(others.at()) ? acts : acts.act(Clue.FIN_SENT, fin);
    }

    private static ReadingResult broke(LegRecord leg, String who) {
        boolean captured = leg.wire() != null && leg.wire().mode().passive();
        boolean known = !leg.close().peerRst().isNotObserved()
                && (captured || !leg.close().errno().isNotObserved());
        return PeerReset.of(leg) != null || leg.close().errno().isKnown() || !known
                ? ReadingResult.open()
                : ReadingResult.ruledOut("no RST came from the " + who);
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.noneOf(Blame.class);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(CLIENT_LEFT, UPSTREAM_BROKE_OFF, LOST_TO_CLIENT, LOST_TO_UPSTREAM, NEEDED_NO_ANSWER);
    }

    @Override
    protected String sentence(Words words) {
        List<String> acts = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        for (Evidence piece : words.finding().evidence()) {
            Leg leg = piece.leg() == null ? Leg.UPSTREAM : piece.leg();
            switch (piece.clue()) {
                case FIN_RECEIVED -> acts.add("FIN of " + words.peer(leg));
                case RST_RECEIVED -> acts.add("RST of " + words.peer(leg));
                case RST_REASON ->
                    reasons.add("The kernel of " + words.peer(leg) + " sent RST since "
                            + new ResetReason(Objects.toString(piece.text(), ""))
                                    .cause()
                                    .words() + " (" + piece.text() + ").");
                case ENDED_BY_ERROR -> acts.add(piece.text() + " towards " + words.peer(leg));
                default -> {
                    // Not an act that ends a connection.
                }
            }
        }
        String all = acts.isEmpty() ? "" : ": " + String.join(", then ", acts);
        boolean broken = words.has(Clue.RST_RECEIVED) || words.has(Clue.ENDED_BY_ERROR);
        String lost = words.bytes("", Clue.BYTES_UNACKNOWLEDGED, " were never acknowledged");
        if (broken) {
            String known = reasons.isEmpty() ? "" : " " + String.join(" ", reasons);
            return "The session did not end cleanly" + all + "." + (lost.isEmpty() ? "" : " At least " + lost + ".")
                    + known + " No rule says why; nobody is blamed.";
        }
        return "The session was closed" + all + "; but "
                + (lost.isEmpty() ? "the last word to the upstream had no answer" : "at least " + lost)
                + ". No rule says why; nobody is blamed.";
    }

    @Override
    protected void next(NextCommands commands) {
        commands.nextPackets(false);
    }

    @Override
    public boolean isHarmless() {
        return true;
    }

    @Override
    public boolean yieldsToAll() {
        return true;
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "The session did not end cleanly, and no rule explains it.",
                "An RST or an error of either side, bytes that were never acknowledged, or a request without an answer at the end.",
                "nobody",
                "none",
                "Read both programs' logs at that moment.",
                new RuleEntry.Rights("possible", "", "exact order"));
    }
}
