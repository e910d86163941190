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
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.LocalFin;
import dev.finspect.diagnose.question.ReadProgress;
import dev.finspect.diagnose.question.Turn;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Two kinds, one for each peer: {@code upstream-not-closing} and {@code client-not-closing}. See {@link #entry()}. */
public abstract class NotClosing extends FindingKind {
    public static final FindingId UPSTREAM = new FindingId("upstream-not-closing");
    public static final FindingId CLIENT = new FindingId("client-not-closing");

    private static final OtherReading FIN_LOST_BACK = new OtherReading(
            "fin-lost",
            "the PEER has closed, and its FIN is lost",
            "its socket on this host is in CLOSE-WAIT; else it is rare",
            "the state on the PEER's host: FIN-WAIT or LAST-ACK means that its FIN was lost",
            OtherReadings::way,
            NotClosing::unlessInCloseWait);

    private static final OtherReading STILL_IN_USE = new OtherReading(
            "still-in-use",
            "the PEER needs the connection, and will close it when it is done",
            "its socket on this host is in CLOSE-WAIT, and the program of the OTHER, which closed its end, has left; else it"
                    + " is rare. Open where it may have work: the upstream has not answered what it was sent, the FIN came to"
                    + " a client at rest, which a pool sees before its next use, it has let its window close before, at 10 kB"
                    + " a second it would still read what came before the FIN, or it went on sending after the FIN for half"
                    + " as long as it has been silent since",
            "the log of the PEER's program",
            OtherReadings.by(Blame.NOBODY),
            NotClosing::stillInUse);

    /** 10 kB a second: a program that reads on seldom reads slower. */
    private static final long SLOWEST_NANOS_A_BYTE = 100_000;

    private final Leg leg;

    private NotClosing(FindingId id, Leg leg, int position) {
        super(id, SessionStage.CLOSING, position);
        this.leg = leg;
    }

    /** The upstream does not close. */
    @AutoService(FindingKind.class)
    public static final class OfUpstream extends NotClosing {
        public OfUpstream() {
            super(UPSTREAM, Leg.UPSTREAM, 10);
        }
    }

    /** The client does not close. */
    @AutoService(FindingKind.class)
    public static final class OfClient extends NotClosing {
        public OfClient() {
            super(CLIENT, Leg.CLIENT, 20);
        }
    }

    @Override
    protected final List<Situation> situations(Snapshot snapshot) {
        LegRecord it = snapshot.leg(leg);
        CloseMark fin = it.close().localFin().orNull();
        if (fin == null || !LocalFin.halfCloses(snapshot, it, fin)) {
            return List.of();
        }
        long since = Math.max(
                fin.atEpochNanos() + fin.timeToAck().or(0L), it.lastReceivedAt().or(Long.MIN_VALUE));
        if (!snapshot.lasts(since, snapshot.thresholds().notClosing()) || hasClosed(it) || isReading(snapshot, it)) {
            return List.of();
        }
        return List.of(new Situation(
                Blame.peer(leg),
                leg,
                since,
                new EvidenceList(leg)
                        .at(Clue.FIN_SENT, fin.at())
                        .amount(Clue.FIN_ACKNOWLEDGED, fin.timeToAck())
                        .at(Clue.CLOSE_WAIT_ENTERED, fin.kernel().closeWaitAt())
                        .localState(it)
                        .at(Clue.LAST_RECEIVED, it.lastReceivedAt())
                        .at(Clue.LAST_SENT, it.lastSentAt())
                        .amount(Clue.RECEIVED_AFTER_FIN, it.close().afterFin().bytesReceived())
                        .peerSocket(it)
                        .pieces()));
    }

    private static ReadingResult unlessInCloseWait(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        return ReadProgress.isIn(it, TcpState.CLOSE_WAIT)
                ? ReadingResult.ruledOut("its socket is in CLOSE-WAIT", snapshot.nowEpochNanos())
                : ReadingResult.rare("a peer that has acknowledged a FIN seldom takes so long");
    }

    private static ReadingResult stillInUse(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        boolean works = situation.leg() == Leg.UPSTREAM ? Turn.isUnanswered(it) : isAtRest(snapshot, it);
        boolean slow = snapshot.vantage() == Snapshot.Vantage.BESIDE ? mayPause(snapshot, situation) : mayBeSlow(it);
        if (works || slow || isFeed(snapshot, it) || mayStillRead(snapshot, it, situation.sinceEpochNanos())) {
            return ReadingResult.open();
        }
        PeerSocket closer = snapshot.leg(situation.oneLeg().other()).peerSocket();
        boolean left = closer != null && closer.isLeft();
        return left || ReadProgress.hasUnread(it) || !ReadProgress.isIn(it, TcpState.CLOSE_WAIT)
                ? unlessInCloseWait(snapshot, situation)
                : ReadingResult.rare("after the other side's end a program seldom works on for so long without a byte");
    }

    /**
     * Whether it went on sending after the FIN for at least half as long as it has been silent since, as who sends events does,
     * with pauses.
     */
    private static boolean isFeed(Snapshot snapshot, LegRecord leg) {
        CloseMark fin = leg.close().localFin().orNull();
        Long last = leg.lastReceivedAt().orNull();
        return fin != null
                && last != null
                && last > fin.at().value()
                && 2 * (last - fin.at().value()) >= snapshot.nanosSince(last);
    }

    /** Whether the FIN came to it long after the last bytes: it is not the end of an answer. */
    private static boolean isAtRest(Snapshot snapshot, LegRecord client) {
        CloseMark fin = client.close().localFin().orNull();
        return fin != null
                && fin.at().value() - Turn.lastBytesAt(client)
                        >= snapshot.thresholds().idleBeforeReset().toNanos();
    }

    /** Whether it may read slower than it is sent to: the FIN may lie behind what it has not read. */
    private static boolean mayBeSlow(LegRecord leg) {
        return leg.data().windows().longestZeroWindow().isNotObserved()
                || leg.data().windows().longestZeroWindow().or(0L) > 0;
    }

    /**
     * Whether it may still read the answer that the FIN ends, though its window has never closed: its kernel may have taken all of
     * it. Nothing is known of that where its socket is not seen.
     */
    private static boolean mayStillRead(Snapshot snapshot, LegRecord leg, long since) {
        long bytes = leg.data().turns().turnBytesSent().or(leg.bytesSent());
        return leg.peerProgram().unreadSince().isNotObserved()
                && snapshot.nanosSince(since) < bytes * SLOWEST_NANOS_A_BYTE;
    }

    /** The same where the window that it let close before may be unknown: no program pauses for longer before it reads on. */
    private static boolean mayPause(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        return mayBeSlow(it) && snapshot.nanosSince(situation.sinceEpochNanos()) < ReadProgress.PAUSE_NANOS;
    }

    /** Whether bytes before the FIN are seen unread, and the program reads, or has had no time to. */
    private static boolean isReading(Snapshot snapshot, LegRecord leg) {
        Long unreadSince = leg.peerProgram().unreadSince().orNull();
        Duration threshold = snapshot.thresholds().notClosing();
        return ReadProgress.hasUnread(leg)
                && (ReadProgress.reads(snapshot, leg, threshold)
                        || (unreadSince != null && !snapshot.lasts(unreadSince, threshold)));
    }

    /** Whether the peer's socket shows that its program has closed by now. */
    private static boolean hasClosed(LegRecord leg) {
        return ReadProgress.isIn(leg, TcpState.LAST_ACK)
                || ReadProgress.isIn(leg, TcpState.CLOSING)
                || ReadProgress.isIn(leg, TcpState.CLOSED)
                || ReadProgress.isIn(leg, TcpState.TIME_WAIT);
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.peer(leg));
    }

    @Override
    public final List<OtherReading> readings() {
        return List.of(FIN_LOST_BACK, OtherReadings.HOST_GONE, STILL_IN_USE, OtherReadings.NOT_CAPTURED);
    }

    @Override
    protected final String sentence(Words words) {
        boolean seen = TcpState.CLOSE_WAIT.label().equals(words.text(Clue.PEER_STATE));
        return words.thePeer(leg) + " acknowledged the FIN sent to it"
                + words.duration(" after ", Clue.FIN_ACKNOWLEDGED, "")
                + ", but has neither sent nor closed for " + words.lasted() + ". " + words.theProgram()
                + (seen
                        ? " keeps the socket in CLOSE-WAIT: it has not noticed the end, or leaks the socket."
                        : " has not noticed the end, or leaks the socket (CLOSE-WAIT on its host).");
    }

    @Override
    protected final List<Contradiction> contradictions() {
        return List.of(Contradiction.of("bytes of the peer after the FIN: the half-closed connection is still in use"));
    }

    @Override
    protected final void next(NextCommands commands) {
        commands.own().peer().program().packets(false);
    }

    @Override
    public final boolean asksForPeerSocket(Leg of) {
        return true;
    }

    @Override
    public final RuleEntry entry() {
        return new RuleEntry(
                "The " + leg.label() + " has acknowledged the FIN and does not close.",
                "FIN acknowledged, neither FIN nor data since; its socket in CLOSE-WAIT proves it.",
                leg.label(),
                "not_closing",
                leg == Leg.CLIENT
                        ? "Look for a pool that does not notice closed connections."
                        : "Its program leaks the socket, or has not noticed the end.",
                new RuleEntry.Rights("likely", "proved (CLOSE-WAIT), and the program", "time to the FIN's ACK"));
    }
}
