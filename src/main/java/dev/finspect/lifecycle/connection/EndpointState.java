package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.TcpState;
import org.jspecify.annotations.Nullable;

/**
 * The state of one endpoint of an observed connection. Differs from {@link TcpState} because an observer cannot distinguish LISTEN from CLOSED before the endpoint sends a segment, and has to distinguish CLOSED before the connection from CLOSED after it.
 */
enum EndpointState {
    /** No segment of the endpoint was seen. */
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
    /** The connection has ended at this endpoint. */
    CLOSED(TcpState.CLOSED);

    private final @Nullable TcpState shown;

    EndpointState(@Nullable TcpState shown) {
        this.shown = shown;
    }

    /** Whether an endpoint in this state has received a FIN and can still send or has to send again. */
    boolean hasUnansweredFin() {
        return this == CLOSE_WAIT || this == LAST_ACK || this == CLOSING;
    }

    /** The state of RFC 9293; null for UNSEEN. */
    @Nullable
    TcpState shown() {
        return shown;
    }
}
