package dev.finspect.record;

import dev.finspect.tcp.TcpState;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The peer's own socket, when it is on this host, as the kernel's socket table shows it; or why it cannot be seen.
 *
 * @param atEpochNanos when it was looked up
 * @param state null where it cannot be seen; the next likewise, -1 for numbers
 * @param unreadBytes in its receive queue, a FIN not counted
 * @param unsentBytes in its send queue, those in flight included
 * @param due the timer that runs
 * @param holder who has it open
 * @param listening the listener that it came from, null where none was seen
 * @param unseen why the socket, or its process, could not be seen; null when all was
 */
public record PeerSocket(
        long atEpochNanos,
        @Nullable TcpState state,
        long unreadBytes,
        long unsentBytes,
        Due due,
        Holder holder,
        @Nullable Listening listening,
        @Nullable String unseen) {
    /** Why the process of a socket is not seen that has none any more. */
    public static final String CLOSED_BY_PROGRAM = "its program closed it; only the kernel still handles it";

    /**
     * The timer that runs.
     *
     * @param timer what it waits for: {@code none}, {@code retransmit}, {@code keepalive}, {@code timewait}, {@code persist}
     * @param nanos until that timer goes off; -1 without one
     */
    public record Due(String timer, long nanos) {}

    /**
     * Who has a socket open.
     *
     * @param accepted whether its program has called accept() on it; always true for the side that connected
     * @param uid who owns it; -1 where it cannot be seen
     * @param processId the process that holds it, or that listens for one that is not accepted; -1 where it cannot be seen
     * @param program that process's name; null where it cannot be seen
     * @param processState what the process did when it was looked up, as in {@code /proc/PID/stat} (proc(5)), of its main thread:
     *     R runs, S sleeps, D waits for a device, T or t is stopped, Z has ended; null where it cannot be seen
     */
    public record Holder(
            boolean accepted,
            long uid,
            long processId,
            @Nullable String program,
            @Nullable Character processState) {
        /** Nobody that could be seen. */
        public static final Holder UNSEEN = new Holder(false, -1, -1, null, null);
    }

    /**
     * The listeners that a connection to one address can reach: one, or all of a group (SO_REUSEPORT).
     *
     * @param waiting connections in the accept queue of the one that has least room
     * @param backlog how many that queue takes
     * @param listeners how many there are; which of several takes a connection is not known
     * @param drops what they have dropped together, SYNs and last ACKs of handshakes among it, since they listen; not known where
     *     negative
     * @param before an earlier look at them
     */
    public record Listening(
            long waiting,
            long backlog,
            int listeners,
            long drops,
            @Nullable Before before) {
        /** Whether it takes no more; one of them at least, where there are several. */
        public boolean full() {
            return waiting > backlog;
        }

        /** Whether it takes no more, or dropped what came for it between two looks, though it may have room by now. */
        public boolean turnsAway() {
            return full() || (before != null && before.drops >= 0 && drops > before.drops);
        }

        /** The same with the first look at these listeners. */
        public Listening after(Before first) {
            return new Listening(waiting, backlog, listeners, drops, first);
        }
    }

    /**
     * What an earlier look at the same listeners found.
     *
     * @param atEpochNanos when
     * @param drops what they had dropped by then
     */
    public record Before(long atEpochNanos, long drops) {}

    /** Whether another look found the same, times left out, and the time until the timer goes off. */
    public boolean looksLike(@Nullable PeerSocket other) {
        return other != null
                && state == other.state
                && unreadBytes == other.unreadBytes
                && unsentBytes == other.unsentBytes
                && due.timer.equals(other.due.timer)
                && holder.equals(other.holder)
                && Objects.equals(listening, other.listening)
                && Objects.equals(unseen, other.unseen);
    }

    /** Whether the socket was found. */
    public boolean seen() {
        return state != null;
    }

    /** Whether no program has it open any more: what comes now reaches nobody. */
    public boolean isLeft() {
        return state == TcpState.CLOSED || CLOSED_BY_PROGRAM.equals(unseen);
    }

    /** Whether its program has called accept() on it; always true for the side that connected. */
    public boolean accepted() {
        return holder.accepted;
    }

    /** The word for the timer that runs. */
    public String timer() {
        return due.timer;
    }

    /** Until it goes off; -1 without one. */
    public long timerNanos() {
        return due.nanos;
    }

    /** Who owns it; -1 where it cannot be seen. */
    public long uid() {
        return holder.uid;
    }

    /** The process that holds it; -1 where it cannot be seen. */
    public long processId() {
        return holder.processId;
    }

    /** That process's name; null where it cannot be seen. */
    public @Nullable String program() {
        return holder.program;
    }

    /** The same with these listeners. */
    public PeerSocket with(Listening listeners) {
        return new PeerSocket(atEpochNanos, state, unreadBytes, unsentBytes, due, holder, listeners, unseen);
    }
}
