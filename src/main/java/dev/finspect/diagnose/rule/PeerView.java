package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.TcpState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the peer's own socket, on this host, says of its program. Pure. */
final class PeerView {
    private static final long FRESH_NANOS = Duration.ofSeconds(2).toNanos();

    private PeerView() {}

    /** Whether the latest look-up found bytes that the program had not read. */
    static boolean unread(LegSnapshot leg) {
        PeerSocket socket = leg.peerSocket;
        return socket != null && socket.seen() && socket.unreadBytes() > 0;
    }

    /** Whether the latest look-up found that the program had read everything. */
    static boolean allRead(LegSnapshot leg) {
        PeerSocket socket = leg.peerSocket;
        return socket != null && socket.seen() && socket.unreadBytes() == 0;
    }

    /** Whether the latest look-up found the socket in this state. */
    static boolean in(LegSnapshot leg, TcpState state) {
        PeerSocket socket = leg.peerSocket;
        return socket != null && socket.state() == state;
    }

    /**
     * Since when the program has not read what it was sent, by look-ups of which the last is fresh, and for the threshold at
     * least; null where that is not proved. One look-up is enough where the whole turn lies unread; a reader that moves is none.
     */
    static @Nullable Fact<Long> unreadSince(Snapshot snapshot, LegSnapshot leg) {
        PeerSocket socket = leg.peerSocket;
        Fact<Long> since = since(leg);
        if (socket == null || since == null || !unread(leg)) {
            return null;
        }
        long threshold = snapshot.thresholds().unread().toNanos();
        boolean fresh = snapshot.nanosSince(socket.atEpochNanos()) <= Math.max(FRESH_NANOS, threshold);
        return fresh && socket.atEpochNanos() - since.value() >= threshold ? since : null;
    }

    private static @Nullable Fact<Long> since(LegSnapshot leg) {
        PeerSocket socket = leg.peerSocket;
        if (leg.peerUnreadSince != null) {
            return leg.peerUnreadSince;
        }
        boolean wholeTurn = socket != null && socket.unreadBytes() >= Phase.or(leg.turnBytesSent, Long.MAX_VALUE);
        return wholeTurn ? leg.lastSentAt : null;
    }

    /** Whether look-ups have found the queue growing shorter within this time, or empty: a program that reads. */
    static boolean moves(Snapshot snapshot, LegSnapshot leg, Duration within) {
        return allRead(leg)
                || (leg.peerReadAt != null && snapshot.nanosSince(leg.peerReadAt.value()) < within.toNanos());
    }
}
