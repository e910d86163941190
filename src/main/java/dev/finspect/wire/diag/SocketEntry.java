package dev.finspect.wire.diag;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpState;

/**
 * One socket as the kernel's table shows it (struct inet_diag_msg of linux/inet_diag.h).
 *
 * @param tuple from its own end to the far end; IPv4 addresses of an IPv6 socket are those of IPv4
 * @param timerMillis until the timer goes off; 0 without one
 * @param retransmits unanswered retransmissions or probes of that timer
 * @param receiveQueue bytes that its program has not read, an unread FIN counted as one; of a listener, connections that wait
 *     for accept()
 * @param sendQueue bytes that are not acknowledged; of a listener, how many may wait
 * @param uid who owns it
 * @param inode of the file that it is in a program; 0 while no program has it: not accepted yet, or closed already
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
        long inode) {
    /** What a socket waits for, in the order of the kernel's numbers. */
    public enum Timer {
        NONE("none"),
        /** To send again, or a loss probe. */
        RETRANSMIT("retransmit"),
        KEEP_ALIVE("keepalive"),
        TIME_WAIT("timewait"),
        /** To probe a closed window. */
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

    /** Bytes that its program has not read, an unread FIN not counted. Of a listener it has no meaning. */
    public long unreadBytes() {
        boolean finMayBeCounted = switch (state) {
            case CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> true;
            case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2 -> false;
        };
        return Math.max(0, receiveQueue - (finMayBeCounted ? 1 : 0));
    }

    /** Whether the peer's FIN has come and its program has not read so far. */
    public boolean finUnread() {
        return state == TcpState.CLOSE_WAIT && receiveQueue > 0;
    }

    /** Whether its program has closed it and the kernel goes on with it alone. */
    public boolean orphaned() {
        return inode == 0
                && switch (state) {
                    case FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT -> true;
                    case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT -> false;
                };
    }

    /** Whether the handshake is done, or under way, and no program has called accept() on it. */
    public boolean unaccepted() {
        return inode == 0
                && switch (state) {
                    case SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT -> true;
                    case CLOSED, LISTEN, SYN_SENT, FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT -> false;
                };
    }
}
