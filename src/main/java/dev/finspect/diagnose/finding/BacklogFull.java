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
import dev.finspect.diagnose.catalogue.Overlap;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.ConnectAttempts;
import dev.finspect.diagnose.question.Numbers;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.Attempt;
import dev.finspect.record.LegRecord;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * See {@link #entry()}. Linux drops SYNs at a full listener, and ACKs of handshakes that it had begun; with
 * {@code tcp_abort_on_overflow} it resets the latter. Unanswered SYNs without a sight of the queue are {@link SynUnanswered}.
 */
@AutoService(FindingKind.class)
public final class BacklogFull extends FindingKind {
    public static final FindingId ID = new FindingId("backlog-full");

    public BacklogFull() {
        super(ID, SessionStage.OPENING, 40);
    }

    @Override
    public List<Finding> examine(Snapshot snapshot) {
        ConnectAttempts attempts = new ConnectAttempts(snapshot);
        Attempt attempt = attempts.last(each -> isTurnedAway(attempts, each));
        if (attempt == null) {
            return established(snapshot);
        }
        return found(
                attempt.result() == ConnectResult.RESET ? Confidence.LIKELY : Confidence.PROVED,
                attempt.begunAt().value(),
                attempts.evidenceWithQueue(attempt));
    }

    private static boolean isTurnedAway(ConnectAttempts attempts, Attempt attempt) {
        PeerSocket.Listening listening = attempts.listening(attempt);
        return listening != null
                && listening.full()
                && (attempt.result() == ConnectResult.RESET || attempts.unanswered(attempt));
    }

    /** The handshake is complete for finspect, and the upstream's kernel has not taken its last ACK. */
    private static List<Finding> established(Snapshot snapshot) {
        LegRecord leg = snapshot.upstream();
        Fact<Long> since = leg.handshake().establishedAt().fact();
        if (since == null
                || leg.data().traffic().bytesReceived().value() > 0
                || snapshot.nanosSince(since.value())
                        < snapshot.thresholds().connect().toNanos()) {
            return List.of();
        }
        Confidence confidence = confidence(leg);
        if (confidence == null) {
            return List.of();
        }
        return found(
                confidence,
                since.value(),
                new EvidenceList(Leg.UPSTREAM)
                        .at(Clue.HANDSHAKE_DONE, since)
                        .amount(Clue.SYN_ACKS_AGAIN, leg.handshake().responder().retransmits())
                        .at(Clue.LAST_SENT, leg.data().traffic().lastSentAt())
                        .acceptQueue(leg.peerProgram().socket().orNull()));
    }

    /**
     * A repeated SYN-ACK means something only once bytes were sent: a listener with {@code TCP_DEFER_ACCEPT} repeats it too
     * until then.
     */
    private static @Nullable Confidence confidence(LegRecord leg) {
        PeerSocket socket = leg.peerProgram().socket().orNull();
        if (socket != null && socket.seen() && socket.state() != TcpState.SYN_RECEIVED) {
            return null;
        }
        PeerSocket.Listening listening = socket == null ? null : socket.listening();
        if (listening != null) {
            return listening.full() ? Confidence.PROVED : null;
        }
        return Numbers.positive(leg.handshake().responder().retransmits())
                        && leg.data().traffic().bytesSent().value() > 0
                        && Boolean.FALSE.equals(leg.allAcknowledged())
                ? Confidence.POSSIBLE
                : null;
    }

    private static List<Finding> found(Confidence confidence, long sinceEpochNanos, EvidenceList evidence) {
        return List.of(new Finding(ID, Blame.UPSTREAM, confidence, Leg.UPSTREAM, sinceEpochNanos, evidence.pieces()));
    }

    @Override
    protected String sentence(Words words) {
        String upstream = words.thePeer(Leg.UPSTREAM);
        if (words.queue().isEmpty()) {
            return upstream + " seems to accept no more connections: it repeated its SYN-ACK"
                    + words.times(" ", Clue.SYN_ACKS_AGAIN, "")
                    + " after it was acknowledged, and has taken no byte for "
                    + words.lasted() + ". Its accept queue is full, or everything sent to it is lost on the way.";
        }
        return upstream + " accepts no more connections: " + words.queue() + ", and this one has waited for "
                + words.lasted() + ". Its program accepts too slowly, or its backlog is too small.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(
                Contradiction.when(
                        finding -> finding.confidence() == Confidence.POSSIBLE,
                        "Recv-Q not above Send-Q at the upstream's listener, and TcpExtListenOverflows that does not grow: the"
                                + " network loses what is sent to it"),
                Contradiction.when(
                        finding -> finding.confidence() == Confidence.POSSIBLE,
                        "the connection in state ESTAB on the upstream's host"),
                Contradiction.when(
                        finding -> finding.confidence() != Confidence.POSSIBLE,
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
                        "", "proved (listener's queue); likely after a reset", "possible (SYN-ACK repeated)"));
    }
}
