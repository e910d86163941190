package dev.finspect.diagnose.question;

import dev.finspect.diagnose.Snapshot;
import dev.finspect.record.LegRecord;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.TcpState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Whether the peer's program reads what it was sent, by look-ups of its socket on this host. Pure. */
public final class ReadProgress {
    private static final long FRESH_NANOS = Duration.ofSeconds(2).toNanos();

    /**
     * How long a program that reads at its own pace may pause, nanoseconds: one that limits itself to 10 kB/s, such as curl,
     * reads what its socket holds, up to 136 kB seen, and then nothing for as long as that lasts.
     */
    public static final long PAUSE_NANOS = Duration.ofSeconds(30).toNanos();

    /** What was read so recently is still being worked on. */
    private static final long RECENT_NANOS = Duration.ofSeconds(5).toNanos();

    private ReadProgress() {}

    /** Whether the latest look-up found bytes that the program had not read. */
    public static boolean hasUnread(LegRecord leg) {
        PeerSocket socket = leg.peerSocket();
        return socket != null && socket.seen() && socket.unreadBytes() > 0;
    }

    /** Whether the latest look-up found everything unread that was ever sent: its program may only have peeked at it. */
    public static boolean isAllUnread(LegRecord leg) {
        PeerSocket socket = leg.peerSocket();
        return socket != null && socket.unreadBytes() >= leg.bytesSent();
    }

    /**
     * Whether the latest look-up found a little unread, and what was sent before it since the peer's last word was read: the answer
     * to that word, so that the rest may be a message for which nobody has asked.
     */
    public static boolean hasReadAnswer(LegRecord leg) {
        PeerSocket socket = leg.peerSocket();
        return socket != null
                && leg.bytesReceived() > 0
                && socket.unreadBytes() <= Turn.LARGE_BYTES
                && socket.unreadBytes() < leg.data().turns().turnBytesSent().or(0L);
    }

    /** Whether the latest look-up found the process stopped. */
    public static boolean isStopped(LegRecord leg) {
        PeerSocket socket = leg.peerSocket();
        Character state = socket == null ? null : socket.holder().processState();
        return state != null && (state == 'T' || state == 't');
    }

    /** Whether the latest look-up found the socket in this state. */
    public static boolean isIn(LegRecord leg, TcpState state) {
        PeerSocket socket = leg.peerSocket();
        return socket != null && socket.state() == state;
    }

    /**
     * Since when the program has not read what it was sent; null where that is not proved, or not for as long as the threshold.
     * The latest look-up must be fresh. One look-up is enough where it found the whole turn unread.
     */
    public static @Nullable Fact<Long> unreadSince(Snapshot snapshot, LegRecord leg) {
        PeerSocket socket = leg.peerSocket();
        Fact<Long> since = since(leg);
        if (socket == null || since == null || !hasUnread(leg)) {
            return null;
        }
        long threshold = snapshot.thresholds().unread().toNanos();
        boolean fresh = snapshot.nanosSince(socket.atEpochNanos()) <= Math.max(FRESH_NANOS, threshold);
        return fresh && socket.atEpochNanos() - since.value() >= threshold ? since : null;
    }

    /** The earlier of two: since look-ups have seen it, and since the turn was sent of which nothing is read. */
    private static @Nullable Fact<Long> since(LegRecord leg) {
        PeerSocket socket = leg.peerSocket();
        Fact<Long> seen = leg.peerProgram().unreadSince().fact();
        boolean wholeTurn = socket != null
                && socket.unreadBytes() >= leg.data().turns().turnBytesSent().or(Long.MAX_VALUE);
        Fact<Long> sent = wholeTurn ? leg.lastSentAt().fact() : null;
        return sent == null || (seen != null && seen.value() <= sent.value()) ? seen : sent;
    }

    /** Whether the program reads: its queue is empty, or look-ups within this time have found it shorter than before. */
    public static boolean reads(Snapshot snapshot, LegRecord leg, Duration within) {
        PeerSocket socket = leg.peerSocket();
        Long readAt = leg.peerProgram().readAt().orNull();
        boolean allRead = socket != null && socket.seen() && socket.unreadBytes() == 0;
        return allRead || (readAt != null && snapshot.nanosSince(readAt) < Math.max(RECENT_NANOS, within.toNanos()));
    }
}
