package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.TcpState;
import org.jspecify.annotations.Nullable;

/**
 * Where one endpoint of an observed connection stands. Differs from {@link TcpState} because an observer cannot tell LISTEN
 * from CLOSED before an endpoint acts, and has to tell the CLOSED before from the CLOSED after.
 */
enum EndpointState {
    /** It has not shown itself. */
    UNSEEN(null),
    SYN_SENT(TcpState.SYN_SENT),
    SYN_RECEIVED(TcpState.SYN_RECEIVED),
    ESTABLISHED(TcpState.ESTABLISHED),
    FIN_WAIT_1(TcpState.FIN_WAIT_1),
    FIN_WAIT_2(TcpState.FIN_WAIT_2),
    CLOSE_WAIT(TcpState.CLOSE_WAIT),
    CLOSING(TcpState.CLOSING),
    LAST_ACK(TcpState.LAST_ACK),
    TIME_WAIT(TcpState.TIME_WAIT),
    /** It is over for good. */
    CLOSED(TcpState.CLOSED);

    private final @Nullable TcpState shown;

    EndpointState(@Nullable TcpState shown) {
        this.shown = shown;
    }

    /** RFC 9293's name; null for UNSEEN. */
    @Nullable
    TcpState shown() {
        return shown;
    }
}
