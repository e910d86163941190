package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Rule;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.util.Optional;

/**
 * The upstream's kernel has completed the handshake, and its program has not called accept(). Only the peer's socket tells,
 * where it is on this host; from afar it is a silent upstream. What counts is what the socket showed when it was looked up:
 * had it been accepted meanwhile, an old look-up would accuse a program that idles.
 */
public final class UpstreamNotAccepting implements Rule {
    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot leg = snapshot.upstream();
        PeerSocket socket = leg.peerSocket;
        Fact<Long> since = leg.establishedAt;
        if (socket == null || since == null || !waiting(socket) || leg.bytesReceived.value() > 0) {
            return Optional.empty();
        }
        if (socket.atEpochNanos() - since.value()
                < snapshot.thresholds().accept().toNanos()) {
            return Optional.empty();
        }
        Proof proof = new Proof(Leg.UPSTREAM)
                .at(Clue.HANDSHAKE_DONE, since)
                .at(Clue.PEER_NOT_ACCEPTED, Fact.kernel(socket.atEpochNanos()))
                .seen(Clue.PEER_UNREAD, socket.unreadBytes(), socket.atEpochNanos());
        if (socket.listening() != null) {
            proof.seen(Clue.LISTENER_WAITING, socket.listening().waiting(), socket.atEpochNanos())
                    .seen(Clue.LISTENER_BACKLOG, socket.listening().backlog(), socket.atEpochNanos());
        }
        return Optional.of(new Finding(
                FindingId.UPSTREAM_NOT_ACCEPTING,
                Blame.UPSTREAM,
                Confidence.PROVED,
                Leg.UPSTREAM,
                since.value(),
                proof.pieces()));
    }

    /** In its listener's queue; in CLOSE-WAIT when the client has finished already. */
    private static boolean waiting(PeerSocket socket) {
        return !socket.accepted() && (socket.state() == TcpState.ESTABLISHED || socket.state() == TcpState.CLOSE_WAIT);
    }
}
