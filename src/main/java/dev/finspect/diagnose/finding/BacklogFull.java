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
import dev.finspect.diagnose.question.ConnectAttempts;
import dev.finspect.diagnose.question.Numbers;
import dev.finspect.diagnose.question.PeerReset;
import dev.finspect.diagnose.question.SendProgress;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.Attempt;
import dev.finspect.record.LegRecord;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * See {@link #entry()}. Linux drops SYNs at a full listener, and ACKs of handshakes that it had begun; with
 * {@code tcp_abort_on_overflow} it resets the latter. Unanswered SYNs without a sight of the queue are {@link SynUnanswered}.
 */
@AutoService(FindingKind.class)
public final class BacklogFull extends FindingKind {
    public static final FindingId ID = new FindingId("backlog-full");

    private static final OtherReading LAST_ACK_LOST = new OtherReading(
            "network-there",
            "everything sent to the upstream is lost on the way, the last ACK of the handshake among it",
            "its listener's queue on this host is full",
            "TcpExtListenOverflows on the upstream's host, or a capture there: do the ACKs arrive?",
            OtherReadings::way,
            BacklogFull::lastAckLost);

    private static final OtherReading PROGRAM_GONE = new OtherReading(
            "program-gone",
            "its program has ended, or refuses the connection",
            "nothing has reset the connection; its queue on this host is full",
            "the log of the upstream's program at that moment",
            OtherReadings::peer,
            (snapshot, situation) -> isOverflowReset(snapshot) && !isQueueSeenFull(snapshot)
                    ? ReadingResult.open()
                    : ReadingResult.ruledOut("its socket, or its SYN-ACK, shows that it listens"));

    private static final OtherReading RESET_BY_DEVICE = OtherReadings.FORGED_RESET.unless(
            (snapshot, situation) -> !isOverflowReset(snapshot), "nothing has reset the connection");

    private static final OtherReading DEFERRED_ACCEPT = new OtherReading(
            "deferred-accept",
            "its listener waits for the first bytes (TCP_DEFER_ACCEPT)",
            "its queue on this host is full; bytes were sent, and are not acknowledged",
            "the listener's options, on the upstream's host",
            OtherReadings.by(Blame.NOBODY),
            BacklogFull::deferredAccept);

    public BacklogFull() {
        super(ID, SessionStage.OPENING, 40);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        ConnectAttempts attempts = new ConnectAttempts(snapshot);
        Attempt attempt = attempts.last(each -> isTurnedAway(attempts, each));
        if (attempt == null) {
            return established(snapshot);
        }
        return found(attempt.begunAt().value(), attempts.evidenceWithQueue(attempt));
    }

    private static boolean isTurnedAway(ConnectAttempts attempts, Attempt attempt) {
        PeerSocket.Listening listening = attempts.listening(attempt);
        return listening != null
                && listening.turnsAway()
                && (attempt.result() == ConnectResult.RESET || attempts.unanswered(attempt));
    }

    /** The handshake is complete for finspect, and the upstream's kernel has not taken its last ACK. */
    private static List<Situation> established(Snapshot snapshot) {
        LegRecord leg = snapshot.upstream();
        Fact<Long> since = leg.handshake().establishedAt().fact();
        if (since != null && isOverflowReset(snapshot)) {
            return found(since.value(), evidence(leg, since));
        }
        if (since == null
                || leg.bytesReceived() > 0
                || !snapshot.lasts(since.value(), snapshot.thresholds().connect())
                || !isNotEstablishedThere(snapshot)) {
            return List.of();
        }
        return found(since.value(), evidence(leg, since));
    }

    /** The last ACK of the handshake, or the first bytes, met an RST: {@code tcp_abort_on_overflow} does so. */
    private static boolean isOverflowReset(Snapshot snapshot) {
        LegRecord leg = snapshot.upstream();
        return SessionPhase.endedByPeers(snapshot)
                && SessionPhase.isKnownFromStart(leg)
                && PeerReset.of(leg) != null
                && !leg.close().peerFin().isKnown()
                && leg.bytesSent() > 0
                && SendProgress.tookNothing(leg);
    }

    private static EvidenceList evidence(LegRecord leg, Fact<Long> since) {
        return new EvidenceList(Leg.UPSTREAM)
                .at(Clue.HANDSHAKE_DONE, since)
                .amount(Clue.SYN_ACKS_AGAIN, leg.handshake().responder().retransmits())
                .at(Clue.LAST_SENT, leg.lastSentAt())
                .act(Clue.RST_RECEIVED, PeerReset.of(leg))
                .acceptQueue(leg.peerSocket());
    }

    /** Whether the upstream's end has not got further than SYN-RECEIVED: by its socket, or by a SYN-ACK that it repeats. */
    private static boolean isNotEstablishedThere(Snapshot snapshot) {
        LegRecord leg = snapshot.upstream();
        PeerSocket socket = leg.peerSocket();
        if (socket != null && socket.seen() && socket.state() != TcpState.SYN_RECEIVED) {
            return false;
        }
        PeerSocket.Listening listening = socket == null ? null : socket.listening();
        if (listening != null) {
            return listening.full();
        }
        // A listener with TCP_DEFER_ACCEPT repeats it as well, until bytes come.
        boolean nothingSentForLong = leg.bytesSent() == 0
                && snapshot.lasts(
                        leg.handshake().establishedAt().or(snapshot.nowEpochNanos()),
                        snapshot.thresholds().nobodySpeaks());
        return Numbers.positive(leg.handshake().responder().retransmits())
                && (nothingSentForLong || Boolean.FALSE.equals(leg.allAcknowledged()));
    }

    private static List<Situation> found(long sinceEpochNanos, EvidenceList evidence) {
        return List.of(new Situation(Blame.UPSTREAM, Leg.UPSTREAM, sinceEpochNanos, evidence.pieces()));
    }

    private static boolean isQueueSeenFull(Snapshot snapshot) {
        PeerSocket socket = snapshot.upstream().peerSocket();
        PeerSocket.Listening listening = socket == null ? null : socket.listening();
        return listening != null && listening.turnsAway();
    }

    private static ReadingResult lastAckLost(Snapshot snapshot, Situation situation) {
        boolean reset = new ConnectAttempts(snapshot).last(each -> each.result() == ConnectResult.RESET) != null;
        if (isOverflowReset(snapshot)) {
            return ReadingResult.ruledOut("an RST has come back", situation.eventEpochNanos());
        }
        if (isQueueSeenFull(snapshot)) {
            return reset
                    ? ReadingResult.rare("its queue is full, and it seldom resets for another reason")
                    : ReadingResult.ruledOut("its listener's queue on this host is full", snapshot.nowEpochNanos());
        }
        return ReadingResult.open();
    }

    private static ReadingResult deferredAccept(Snapshot snapshot, Situation situation) {
        if (isQueueSeenFull(snapshot)) {
            return ReadingResult.ruledOut("its listener's queue on this host is full", snapshot.nowEpochNanos());
        }
        if (isOverflowReset(snapshot)) {
            return ReadingResult.ruledOut("it has reset the connection", situation.eventEpochNanos());
        }
        return snapshot.upstream().bytesSent() > 0
                ? ReadingResult.ruledOut("bytes were sent, and are not acknowledged", snapshot.nowEpochNanos())
                : ReadingResult.open();
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.UPSTREAM);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(LAST_ACK_LOST, DEFERRED_ACCEPT, PROGRAM_GONE, RESET_BY_DEVICE);
    }

    @Override
    protected String sentence(Words words) {
        String upstream = words.thePeer(Leg.UPSTREAM);
        if (words.has(Clue.RST_RECEIVED)) {
            return upstream
                    + " reset the connection before it had taken a byte, right after the handshake. Its accept queue"
                    + " is full (tcp_abort_on_overflow), its program is gone, or a device on the way has refused it.";
        }
        if (words.queue().isEmpty()) {
            return upstream + " seems to accept no more connections: it repeated its SYN-ACK"
                    + words.times(" ", Clue.SYN_ACKS_AGAIN, "")
                    + " after it was acknowledged, and has taken no byte for "
                    + words.lasted() + ". Its accept queue is full, or everything sent to it is lost on the way.";
        }
        return upstream + " accepts no more connections: " + words.queue() + ", and this one has waited for "
                + words.lasted() + ". " + words.theProgram() + " accepts too slowly, or its backlog is too small.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(
                Contradiction.when(
                        finding -> finding.isOpen(LAST_ACK_LOST.id()),
                        "the connection in state ESTAB on the upstream's host"),
                Contradiction.when(
                        finding -> !finding.isOpen(LAST_ACK_LOST.id()),
                        "TcpExtListenOverflows on that host that does not grow while SYNs are dropped"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.listener(false)
                .drops()
                .add("sysctl net.core.somaxconn", "on the upstream's host: the upper limit of any backlog")
                .packets(false);
    }

    @Override
    public List<Overlap> overlaps() {
        return List.of(
                explains(SynUnanswered.ID, Overlap.Scope.ANY_LEG, "a full listener drops SYNs"),
                explains(ConnectRefused.ID, Overlap.Scope.ANY_LEG, "with tcp_abort_on_overflow it resets instead"),
                explains(
                        NetworkLoss.ID,
                        Overlap.Scope.SAME_LEG,
                        "it drops what follows an unfinished handshake, and finspect's kernel sends it again"),
                explains(
                        PeerVanished.ID,
                        Overlap.Scope.SAME_LEG,
                        "its host is up, but answers with nothing but SYN-ACKs"),
                explains(UpstreamSilent.ID, Overlap.Scope.SAME_LEG, "its program has never seen the connection"),
                explains(NotReading.UPSTREAM, Overlap.Scope.SAME_LEG, "its program has never seen the connection"),
                explains(FinLost.ID, Overlap.Scope.SAME_LEG, "the FIN is dropped like everything else"),
                explains(NobodySpeaks.ID, Overlap.Scope.ANY_LEG, "its program has never seen the connection"));
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "The upstream's listener accepts no more connections.",
                "Its Recv-Q above its backlog, on this host. From another host there is only one sign: the SYN-ACK is repeated"
                        + " although it was acknowledged and bytes were sent since. Then it is only possible, since a network"
                        + " that loses everything towards the upstream looks the same. A listener with TCP_DEFER_ACCEPT"
                        + " repeats SYN-ACKs as well, but only while nothing is sent.",
                "upstream",
                "connect",
                "Find out why its program does not accept; raise the backlog and `net.core.somaxconn`.",
                new RuleEntry.Rights(
                        "possible (reset before any byte)",
                        "proved (listener's queue, or drops); likely after a reset",
                        "possible (SYN-ACK repeated)"));
    }
}
