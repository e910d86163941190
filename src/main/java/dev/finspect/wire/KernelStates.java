package dev.finspect.wire;

import dev.finspect.tcp.TcpState;

/** Maps the kernel's numbers of socket states ({@code include/net/tcp_states.h}) to TCP states. */
public final class KernelStates {
    private static final TcpState[] STATES = {
        TcpState.CLOSED,
        TcpState.ESTABLISHED,
        TcpState.SYN_SENT,
        TcpState.SYN_RECEIVED,
        TcpState.FIN_WAIT_1,
        TcpState.FIN_WAIT_2,
        TcpState.TIME_WAIT,
        TcpState.CLOSED,
        TcpState.CLOSE_WAIT,
        TcpState.LAST_ACK,
        TcpState.LISTEN,
        TcpState.CLOSING,
        TcpState.SYN_RECEIVED
    };

    private KernelStates() {}

    /** Whether this is the number of a state. */
    public static boolean known(int number) {
        return number >= 0 && number < STATES.length;
    }

    /** The state with this number; CLOSED for an unknown number. TCP_NEW_SYN_RECV is SYN-RECEIVED too. */
    public static TcpState of(int number) {
        return known(number) ? STATES[number] : TcpState.CLOSED;
    }
}
