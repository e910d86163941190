package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;
import org.jspecify.annotations.Nullable;

/**
 * What must be remembered of facts that were handed out, for those that may go on from them.
 *
 * @param tuple from the first side to the second
 */
record FinishedConnection(
        long number,
        FlowEndReason ending,
        FourTuple tuple,
        @Nullable EarlierSyns first,
        @Nullable EarlierSyns second) {

    static FinishedConnection of(Connection connection, FlowEndReason ending) {
        return new FinishedConnection(
                connection.origin().number(),
                ending,
                connection.origin().tuple(),
                connection.endpoint(true).syn.memory(),
                connection.endpoint(false).syn.memory());
    }

    /** The SYNs of the end that sends with this tuple. */
    @Nullable
    EarlierSyns sender(FourTuple sent) {
        return sent.equals(tuple) ? first : second;
    }

    /** Those of the other end. */
    @Nullable
    EarlierSyns receiver(FourTuple sent) {
        return sent.equals(tuple) ? second : first;
    }

    /** How facts that begin with this segment relate to these. */
    Continuation continuedBy(TcpSegment segment) {
        EarlierSyns syn = sender(segment.tuple());
        boolean again = syn != null && syn.number() == segment.sequenceNumber();
        return new Continuation(number, ending, !segment.has(TcpFlags.SYN) || again);
    }
}
