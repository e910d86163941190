package dev.finspect.wire.conntrack;

/** The state of a TCP connection as connection tracking counts it from its packets; in the kernel's order and words. */
public enum ConntrackState {
    NONE,
    SYN_SENT,
    SYN_RECV,
    ESTABLISHED,
    FIN_WAIT,
    CLOSE_WAIT,
    LAST_ACK,
    TIME_WAIT,
    CLOSE,
    /** A SYN of both ends. */
    SYN_SENT2;

    private static final ConntrackState[] BY_NUMBER = values();

    /** The one with the kernel's number; {@link #NONE} for a number that is not known. */
    static ConntrackState of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : NONE;
    }
}
