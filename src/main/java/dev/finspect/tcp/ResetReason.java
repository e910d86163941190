package dev.finspect.tcp;

/**
 * Why a kernel sent an RST, in its own word: a name of {@code enum sk_rst_reason} (include/net/rstreason.h, Linux 6.10; the
 * program's own acts have names since 6.12).
 *
 * @param name without {@code SK_RST_REASON_}; the number where the kernel gives it no name; empty where it gives no reason
 */
public record ResetReason(String name) {
    /** That of a kernel which reports its RSTs without a reason. */
    public static final ResetReason UNNAMED = new ResetReason("");

    /** What such a reason means for whoever was connected. */
    public enum Cause {
        /** The program closed, or ended, with bytes unread in its socket. */
        UNREAD("its program closed with bytes unread"),
        /** Bytes came after the program had closed. */
        CLOSED_BEFORE("bytes came after its program had closed"),
        /**
         * The program cut it off: SO_LINGER 0 and close(), connect() to nowhere, or it closed a listener before it had accepted
         * the connection; or an administrator did (ss -K).
         */
        CUT_OFF("its program, or an administrator, cut the connection off"),
        /** There was no socket for the segment that it answers. */
        NO_SOCKET("there was no socket for what had come"),
        /** The listener took no more, or the handshake was wrong. */
        NOT_ACCEPTED("its listener took no connection"),
        /** Keep-alive probes, or data, were not answered for too long. */
        TIMED_OUT("nothing had come back for too long"),
        /** There was no memory, or there were too many sockets without a program. */
        NO_MEMORY("it had no memory for the connection"),
        /** A segment was wrong for the state of the socket. */
        BAD_SEGMENT("a segment did not fit the connection"),
        /** The kernel does not say, or by a name that is not known here. */
        UNKNOWN("it does not say why");

        private final String words;

        Cause(String words) {
            this.words = words;
        }

        /** The cause in words, as the end of a sentence about the kernel. */
        public String words() {
            return words;
        }
    }

    /** What it means. */
    public Cause cause() {
        return switch (name) {
            case "TCP_ABORT_ON_CLOSE" -> Cause.UNREAD;
            case "TCP_ABORT_ON_DATA", "TCP_TIMEWAIT_SOCKET", "TCP_ABORT_ON_LINGER" -> Cause.CLOSED_BEFORE;
            case "TCP_STATE", "TCP_DISCONNECT_WITH_DATA" -> Cause.CUT_OFF;
            case "NO_SOCKET" -> Cause.NO_SOCKET;
            case "INVALID_SYN" -> Cause.NOT_ACCEPTED;
            case "TCP_KEEPALIVE_TIMEOUT" -> Cause.TIMED_OUT;
            case "TCP_ABORT_ON_MEMORY" -> Cause.NO_MEMORY;
            case "TCP_INVALID_ACK_SEQUENCE",
                    "TCP_RFC7323_PAWS",
                    "TCP_TOO_OLD_ACK",
                    "TCP_ACK_UNSENT_DATA",
                    "TCP_FLAGS",
                    "TCP_OLD_ACK" -> Cause.BAD_SEGMENT;
            default -> Cause.UNKNOWN;
        };
    }
}
