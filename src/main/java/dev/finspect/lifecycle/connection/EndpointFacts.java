package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.TcpState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The facts of one endpoint.
 *
 * @param syn its SYN or SYN-ACK; null if none was captured
 * @param states the states of RFC 9293 that it entered, in order; empty before its first segment. Without the initial
 *     CLOSED, and without the end of TIME-WAIT, which no segment shows
 * @param closeWaitNanos time spent in CLOSE-WAIT, until the last segment if that is the current state; null if it was never
 *     entered; the next likewise
 * @param finWait2Nanos time spent in FIN-WAIT-2
 * @param bytesAfterPeerFin new bytes that it sent after the other endpoint's FIN: what a proxy that closes both directions at
 *     once would have lost
 */
public record EndpointFacts(
        @Nullable SynFacts syn,
        List<StateEntry> states,
        StreamFacts stream,
        FlightFacts flight,
        TurnFacts turns,
        WindowFacts window,
        @Nullable Long closeWaitNanos,
        @Nullable Long finWait2Nanos,
        long bytesAfterPeerFin) {

    /** The current state; null before its first segment. */
    public @Nullable TcpState state() {
        return states.isEmpty() ? null : states.get(states.size() - 1).state();
    }
}
