package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.TcpState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one endpoint.
 *
 * @param syn its SYN or SYN-ACK, null when none was seen
 * @param states the states of RFC 9293 it entered, in order; empty before it did anything. The CLOSED before the first and
 *     the end of TIME-WAIT, which shows on no wire, are not in it
 * @param closeWaitNanos how long it sat in CLOSE-WAIT, to the last segment if it sits there still; null if it never did; the
 *     next likewise
 * @param finWait2Nanos how long it sat in FIN-WAIT-2
 * @param bytesAfterPeerFin new bytes it sent after the other end's FIN had passed: what a proxy that closes both directions
 *     would have lost
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

    /** The state it is in; null before it did anything. */
    public @Nullable TcpState state() {
        return states.isEmpty() ? null : states.get(states.size() - 1).state();
    }
}
