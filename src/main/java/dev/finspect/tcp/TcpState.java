package dev.finspect.tcp;

/** The states of a TCP connection (RFC 9293 section 3.3.2). */
public enum TcpState {
    CLOSED,
    LISTEN,
    SYN_SENT,
    SYN_RECEIVED,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    CLOSE_WAIT,
    CLOSING,
    LAST_ACK,
    TIME_WAIT;

    private final String label = name().replace('_', '-');

    /** The name in the form of RFC 9293: {@code SYN-RECEIVED}. */
    public String label() {
        return label;
    }
}
