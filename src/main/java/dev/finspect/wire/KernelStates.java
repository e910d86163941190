package dev.finspect.wire;

import dev.finspect.tcp.TcpState;

/** The states of a socket by the kernel's numbers ({@code include/net/tcp_states.h}). */
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

    /** Whether the kernel has a state of this number. */
    public static boolean known(int number) {
        return number >= 0 && number < STATES.length;
    }

    /** The state of this number; CLOSED for one that the kernel does not have. TCP_NEW_SYN_RECV is SYN-RECEIVED too. */
    public static TcpState of(int number) {
        return known(number) ? STATES[number] : TcpState.CLOSED;
    }
}
