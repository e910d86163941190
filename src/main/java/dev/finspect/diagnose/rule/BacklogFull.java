package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.ConnectTry;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Rule;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The upstream's listener takes no more connections. Linux drops SYNs then, and ACKs of handshakes that it had begun; with
 * {@code tcp_abort_on_overflow} it resets the latter. Only the listener's queue, seen on this host, proves it. From afar there
 * is one sign: the SYN-ACK comes again although finspect has acknowledged it and sent bytes since, which a way that loses
 * everything towards the upstream would explain as well. Without bytes sent it is no sign: a listener with
 * {@code TCP_DEFER_ACCEPT} does the same. Unanswered SYNs alone are {@link SynUnanswered}'s.
 */
public final class BacklogFull implements Rule {
    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        Attempts attempts = new Attempts(snapshot);
        ConnectTry attempt = attempts.last(each -> turnedAway(snapshot, attempts, each));
        if (attempt == null) {
            return established(snapshot);
        }
        Proof proof = attempts.proof(attempt);
        attempts.queue(proof, attempt);
        return Optional.of(finding(
                attempt.result() == ConnectResult.RESET ? Confidence.LIKELY : Confidence.PROVED,
                attempt.begunAt().value(),
                proof));
    }

    private static boolean turnedAway(Snapshot snapshot, Attempts attempts, ConnectTry attempt) {
        PeerSocket.Listening listening = attempts.listening(attempt);
        return listening != null
                && listening.full()
                && (attempt.result() == ConnectResult.RESET || SynUnanswered.unanswered(snapshot, attempts, attempt));
    }

    /** The handshake is done for finspect, and the upstream's kernel has not taken its last ACK. */
    private static Optional<Finding> established(Snapshot snapshot) {
        LegSnapshot leg = snapshot.upstream();
        Fact<Long> since = leg.establishedAt;
        if (since == null
                || leg.bytesReceived.value() > 0
                || snapshot.nanosSince(since.value())
                        < snapshot.thresholds().connect().toNanos()) {
            return Optional.empty();
        }
        Confidence confidence = confidence(leg);
        if (confidence == null) {
            return Optional.empty();
        }
        Proof proof = new Proof(Leg.UPSTREAM)
                .at(Clue.HANDSHAKE_DONE, since)
                .amount(Clue.SYN_ACKS_AGAIN, leg.synAckRetransmits)
                .at(Clue.LAST_SENT, leg.lastSentAt);
        PeerSocket socket = leg.peerSocket;
        if (socket != null && socket.listening() != null) {
            proof.seen(Clue.LISTENER_WAITING, socket.listening().waiting(), socket.atEpochNanos())
                    .seen(Clue.LISTENER_BACKLOG, socket.listening().backlog(), socket.atEpochNanos());
        }
        return Optional.of(finding(confidence, since.value(), proof));
    }

    private static @Nullable Confidence confidence(LegSnapshot leg) {
        PeerSocket socket = leg.peerSocket;
        if (socket != null && socket.seen() && socket.state() != TcpState.SYN_RECEIVED) {
            return null;
        }
        PeerSocket.Listening listening = socket == null ? null : socket.listening();
        if (listening != null) {
            return listening.full() ? Confidence.PROVED : null;
        }
        Fact<Long> again = leg.synAckRetransmits;
        boolean repeated = again != null && again.value() > 0;
        return repeated && leg.bytesSent.value() > 0 && Boolean.FALSE.equals(leg.allAcknowledged())
                ? Confidence.POSSIBLE
                : null;
    }

    private static Finding finding(Confidence confidence, long sinceEpochNanos, Proof proof) {
        return new Finding(
                FindingId.BACKLOG_FULL, Blame.UPSTREAM, confidence, Leg.UPSTREAM, sinceEpochNanos, proof.pieces());
    }
}
