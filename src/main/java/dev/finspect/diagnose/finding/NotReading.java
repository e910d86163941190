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
import dev.finspect.diagnose.catalogue.Overlap;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.ReadProgress;
import dev.finspect.diagnose.question.SendProgress;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Two kinds, one for each peer: {@code upstream-not-reading} and {@code client-not-reading}. See {@link #entry()}. */
public abstract class NotReading extends FindingKind {
    public static final FindingId UPSTREAM = new FindingId("upstream-not-reading");
    public static final FindingId CLIENT = new FindingId("client-not-reading");

    private static final OtherReading PROBES_LOST = new OtherReading(
            "probes-lost",
            "the network loses window probes or the answers to them",
            "the last probe was answered; bytes that lie unread in the peer's socket on this host; rare while one"
                    + " probe is unanswered",
            "a capture on the PEER's host: do probes arrive, and are they answered?",
            OtherReadings::way,
            NotReading::probesLost);

    private static final OtherReading INFERRED = new OtherReading(
            "window-inferred",
            "the window is not closed: that was inferred from what finspect could not send",
            "the window's size is known (tcp_info, or captured segments); bytes that lie unread in the peer's socket",
            "a capture of the leg: the window that the PEER announces",
            OtherReadings.by(Blame.NOBODY),
            NotReading::inferred);

    private static final OtherReading NOT_CAPTURED = OtherReadings.NOT_CAPTURED.unless(
            NotReading::isAnnouncedAgain, "segments of the PEER announce a window of 0 to the end");

    private final Leg leg;

    private NotReading(FindingId id, Leg leg, int position) {
        super(id, SessionStage.DATA, position);
        this.leg = leg;
    }

    /** The upstream does not read. */
    @AutoService(FindingKind.class)
    public static final class OfUpstream extends NotReading {
        public OfUpstream() {
            super(UPSTREAM, Leg.UPSTREAM, 40);
        }
    }

    /** The client does not read. */
    @AutoService(FindingKind.class)
    public static final class OfClient extends NotReading {
        public OfClient() {
            super(CLIENT, Leg.CLIENT, 50);
        }
    }

    @Override
    protected final List<Situation> situations(Snapshot snapshot) {
        LegRecord it = snapshot.leg(leg);
        Fact<Long> since = SendProgress.notReadingSince(snapshot, it);
        if (since == null) {
            return List.of();
        }
        LegRecord other = snapshot.leg(leg.other());
        return List.of(new Situation(
                Blame.peer(leg),
                leg,
                since.value(),
                SendProgress.closedWindow(it)
                        .peerSocket(it)
                        .and(new EvidenceList(other.leg())
                                .at(Clue.READING_PAUSED, other.data().relay().pausedSince()))
                        .pieces()));
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.peer(leg));
    }

    @Override
    public final List<OtherReading> readings() {
        return List.of(PROBES_LOST, INFERRED, OtherReadings.READS_SLOWLY, OtherReadings.HOST_GONE, NOT_CAPTURED);
    }

    private static ReadingResult probesLost(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        if (ReadProgress.hasUnread(it)) {
            return ReadingResult.ruledOut("bytes lie unread in the PEER's socket", snapshot.nowEpochNanos());
        }
        Long unanswered = it.data().flight().probes().orNull();
        if (unanswered == null) {
            return ReadingResult.open();
        }
        if (unanswered == 0) {
            return ReadingResult.ruledOut("no window probe is unanswered", snapshot.nowEpochNanos());
        }
        return unanswered == 1
                ? ReadingResult.rare("only the latest window probe is unanswered")
                : ReadingResult.open();
    }

    /** Whether the peer was heard long after its window closed, and nothing of the connection is missing since. */
    private static boolean isAnnouncedAgain(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        long threshold = snapshot.thresholds().zeroWindow().toNanos();
        return it.wire() != null
                && it.wire().mode().passive()
                && !it.wire().lacksSegments()
                && SendProgress.heardAt(it) >= situation.sinceEpochNanos() + threshold;
    }

    private static ReadingResult inferred(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        if (snapshot.vantage() == Snapshot.Vantage.BESIDE) {
            return ReadingResult.none();
        }
        if (ReadProgress.hasUnread(it)) {
            return ReadingResult.ruledOut("bytes lie unread in the PEER's socket", snapshot.nowEpochNanos());
        }
        Fact<Long> since = it.data().windows().zeroWindowSince().fact();
        return since != null && since.source() == Source.INFERRED
                ? ReadingResult.rare("finspect could send nothing for so long")
                : ReadingResult.ruledOut("the PEER announced a window of 0", situation.sinceEpochNanos());
    }

    @Override
    protected final String sentence(Words words) {
        return words.thePeer(leg) + " does not read: its receive window has been closed for " + words.lasted()
                + words.bytes(" while ", Clue.NOT_SENT, " wait to be sent to it")
                + words.bytes("; ", Clue.PEER_UNREAD, " lie unread in its socket") + ". "
                + words.theProgram() + " is stopped, stuck, or slower than the "
                + leg.other().label() + " that sends.";
    }

    @Override
    protected final List<Contradiction> contradictions() {
        return List.of(
                Contradiction.of("a window update, or bytes acknowledged beyond the window's edge"),
                Contradiction.of("Recv-Q of 0 at the peer's socket: a device on the way keeps the window closed"),
                Contradiction.of("a Recv-Q that shrinks: it reads, only slowly"));
    }

    @Override
    protected final void next(NextCommands commands) {
        commands.own().peer().program().probe().packets(false);
    }

    @Override
    public final List<Overlap> overlaps() {
        boolean upstream = leg == Leg.UPSTREAM;
        return List.of(
                explains(
                        upstream ? UpstreamSilent.ID : ClientSilent.ID,
                        Overlap.Scope.ANY_LEG,
                        "a program that does not read has not seen what it should answer"),
                explains(
                        upstream ? ClientSilent.ID : UpstreamSilent.ID,
                        Overlap.Scope.ANY_LEG,
                        "finspect does not read the other side meanwhile, which may have more to send"),
                explains(
                        upstream ? NotClosing.UPSTREAM : NotClosing.CLIENT,
                        Overlap.Scope.SAME_LEG,
                        "the end of the stream lies behind what it has not read"));
    }

    @Override
    public final boolean asksForPeerSocket(Leg of) {
        return of == leg;
    }

    @Override
    public final RuleEntry entry() {
        String peer = leg.label();
        return new RuleEntry(
                "The " + peer + " does not read: its receive window is closed, and bytes wait.",
                "A zero window in a captured segment or by the kernel's account, with bytes held back; a full receive"
                        + " queue on this host.",
                peer,
                "zero_window",
                "Look at the program that owns the socket: stopped, stuck, or slower than the "
                        + leg.other().label() + ".",
                new RuleEntry.Rights(
                        "proved (tcp_info) if its last window probe was answered; possible while probes are unanswered",
                        "proved, and the program",
                        "proved (zero window)"));
    }
}
