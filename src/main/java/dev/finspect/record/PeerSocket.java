package dev.finspect.record;

import dev.finspect.tcp.TcpState;
import org.jspecify.annotations.Nullable;

/**
 * The peer's own socket, when it is on this host, as the kernel's socket table shows it; or why it cannot be seen.
 *
 * @param atEpochNanos when it was looked up
 * @param state null where it cannot be seen; the next likewise, -1 for numbers
 * @param unreadBytes in its receive queue, a FIN not counted
 * @param unsentBytes in its send queue, those in flight included
 * @param accepted whether its program has called accept() on it; always true for the side that connected
 * @param timer what it waits for: {@code none}, {@code retransmit}, {@code keepalive}, {@code timewait}, {@code persist}
 * @param timerNanos until that timer goes off; -1 without one
 * @param uid who owns it
 * @param processId the process that holds it; -1 where it cannot be seen
 * @param program that process's name; null where it cannot be seen
 * @param listening the listener that it came from, null where none was seen
 * @param unseen why the socket, or its process, could not be seen; null when all was
 */
public record PeerSocket(
        long atEpochNanos,
        @Nullable TcpState state,
        long unreadBytes,
        long unsentBytes,
        boolean accepted,
        String timer,
        long timerNanos,
        long uid,
        long processId,
        @Nullable String program,
        @Nullable Listening listening,
        @Nullable String unseen) {
    /** A listener's accept queue: {@code waiting} connections of at most {@code backlog}. */
    public record Listening(long waiting, long backlog) {
        /** Whether it takes no more. */
        public boolean full() {
            return waiting > backlog;
        }
    }

    /** Whether the socket was found. */
    public boolean seen() {
        return state != null;
    }
}
