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
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.LegRecord;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * See {@link #entry()}. The time counts up to the look-up of the peer's socket, not up to now: the program may have accepted the
 * connection since.
 */
@AutoService(FindingKind.class)
public final class UpstreamNotAccepting extends FindingKind {
    public static final FindingId ID = new FindingId("upstream-not-accepting");

    /** Two look-ups. */
    private static final long FRESH_NANOS = 8_000_000_000L;

    private static final OtherReading ACCEPTED_SINCE = new OtherReading(
            "accepted-since",
            "its program has accepted the connection since the look-up",
            "the look-up is fresh",
            "the next look-up",
            OtherReadings.by(Blame.NOBODY),
            UpstreamNotAccepting::acceptedSince);

    public UpstreamNotAccepting() {
        super(ID, SessionStage.OPENING, 50);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        LegRecord leg = snapshot.upstream();
        PeerSocket socket = leg.peerSocket();
        Fact<Long> since = leg.handshake().establishedAt().fact();
        if (socket == null
                || since == null
                || !isWaiting(socket)
                || leg.bytesReceived() > 0
                || socket.atEpochNanos() - since.value()
                        < snapshot.thresholds().accept().toNanos()) {
            return List.of();
        }
        return List.of(new Situation(
                Blame.UPSTREAM,
                Leg.UPSTREAM,
                since.value(),
                new EvidenceList(Leg.UPSTREAM)
                        .at(Clue.HANDSHAKE_DONE, since)
                        .at(Clue.PEER_NOT_ACCEPTED, Fact.kernel(socket.atEpochNanos()))
                        .seen(Clue.PEER_UNREAD, socket.unreadBytes(), socket.atEpochNanos())
                        .acceptQueue(socket)
                        .pieces()));
    }

    /** In its listener's queue; in CLOSE-WAIT if the client has sent its FIN already. */
    private static boolean isWaiting(PeerSocket socket) {
        return !socket.accepted() && (socket.state() == TcpState.ESTABLISHED || socket.state() == TcpState.CLOSE_WAIT);
    }

    private static ReadingResult acceptedSince(Snapshot snapshot, Situation situation) {
        PeerSocket socket = snapshot.upstream().peerSocket();
        return socket != null && snapshot.nanosSince(socket.atEpochNanos()) <= FRESH_NANOS
                ? ReadingResult.ruledOut("its socket was looked up just now", socket.atEpochNanos())
                : ReadingResult.open();
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.UPSTREAM);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(ACCEPTED_SINCE);
    }

    @Override
    protected String sentence(Words words) {
        return words.thePeer(Leg.UPSTREAM) + " is connected, but " + words.program()
                + " has not called accept() for " + words.lasted()
                + words.bytes("; ", Clue.PEER_UNREAD, " of the request wait unread in its socket")
                + (words.queue().isEmpty() ? "" : "; " + words.queue())
                + ". The program is stopped, stuck, or out of threads or file descriptors.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(Contradiction.of("a byte from the upstream"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.listener(false).peer().drops();
    }

    @Override
    public List<Overlap> overlaps() {
        String reason = "a program that has not accepted can neither read, answer nor close";
        return List.of(
                explains(UpstreamSilent.ID, Overlap.Scope.SAME_LEG, reason),
                explains(NotReading.UPSTREAM, Overlap.Scope.SAME_LEG, reason),
                explains(NotClosing.UPSTREAM, Overlap.Scope.SAME_LEG, reason),
                explains(ResetWithUnread.ID, Overlap.Scope.SAME_LEG, reason),
                explains(NobodySpeaks.ID, Overlap.Scope.ANY_LEG, "the side that would greet has not accepted"));
    }

    @Override
    public boolean asksForPeerSocket(Leg leg) {
        return leg == Leg.UPSTREAM;
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "The upstream's kernel has completed the handshake, and its program has not called accept().",
                "The peer's socket on this host belongs to no program, when looked up later than the threshold after the"
                        + " handshake. From another host this is `upstream-silent`.",
                "upstream",
                "accept",
                "Look at the program: stopped, stuck, out of threads or descriptors.",
                new RuleEntry.Rights("", "proved", ""));
    }
}
