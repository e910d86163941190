package dev.finspect.wire.diag;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpState;
import org.jspecify.annotations.Nullable;

/**
 * One socket of the kernel's socket table (struct inet_diag_msg of linux/inet_diag.h).
 *
 * @param tuple from its local to its remote address; IPv4-mapped addresses are shown as IPv4
 * @param timerMillis until the timer expires; 0 without a timer
 * @param retransmits unanswered retransmissions or probes by that timer
 * @param receiveQueue bytes that its program has not read, with an unread FIN as one; for a listener, connections waiting for accept()
 * @param sendQueue bytes that are not acknowledged; for a listener, the length of its accept queue
 * @param uid owner
 * @param inode of the socket's file; 0 while no program has it open: not accepted yet, or already closed
 * @param drops packets that the kernel dropped at this socket, for a listener SYNs and last ACKs of handshakes; -1 where it was not
 *     asked for
 * @param detail what was asked for besides; null where nothing was, and for one that is not a full socket yet, or no longer
 */
public record SocketEntry(
        FourTuple tuple,
        TcpState state,
        Timer timer,
        long timerMillis,
        int retransmits,
        long receiveQueue,
        long sendQueue,
        long uid,
        long inode,
        long drops,
        @Nullable SocketDetail detail) {
    /** The timer that is running, in the order of the kernel's numbers. */
    public enum Timer {
        NONE("none"),
        /** Retransmission or loss probe. */
        RETRANSMIT("retransmit"),
        KEEP_ALIVE("keepalive"),
        TIME_WAIT("timewait"),
        /** Zero-window probe. */
        PERSIST("persist");

        private static final Timer[] BY_NUMBER = values();

        private final String label;

        Timer(String label) {
            this.label = label;
        }

        /** The word for records and pages. */
        public String label() {
            return label;
        }

        static Timer of(int number) {
            return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : NONE;
        }
    }

    /** Bytes that its program has not read, without an unread FIN. Not valid for a listener. */
    public long unreadBytes() {
        boolean finMayBeCounted = switch (state) {
            case CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> true;
            case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2 -> false;
        };
        return Math.max(0, receiveQueue - (finMayBeCounted ? 1 : 0));
    }

    /** Whether the peer's FIN arrived and its program has not read up to it. */
    public boolean finUnread() {
        return state == TcpState.CLOSE_WAIT && receiveQueue > 0;
    }

    /** Whether its program closed it and only the kernel still handles it (an orphan). */
    public boolean orphaned() {
        return inode == 0
                && switch (state) {
                    case FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT -> true;
                    case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT -> false;
                };
    }

    /** Whether the handshake has begun or ended, and no program has called accept() for it. */
    public boolean unaccepted() {
        return inode == 0
                && switch (state) {
                    case SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT -> true;
                    case CLOSED, LISTEN, SYN_SENT, FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT -> false;
                };
    }
}
