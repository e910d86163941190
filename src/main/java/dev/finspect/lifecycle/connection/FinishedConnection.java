package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.VirtualNetwork;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a finished connection, for a connection that may continue it.
 *
 * @param tuple from the first side to the second
 * @param networks in which it was seen
 */
record FinishedConnection(
        long number,
        FlowEndReason ending,
        FourTuple tuple,
        @Nullable EarlierSyns first,
        @Nullable EarlierSyns second,
        List<VirtualNetwork> networks,
        Kept kept) {

    /** The connection itself, until there are too many. */
    static final class Kept {
        @Nullable
        Connection connection;

        Kept(Connection connection) {
            this.connection = connection;
        }
    }

    static FinishedConnection of(Connection connection, FlowEndReason ending) {
        return new FinishedConnection(
                connection.origin().number(),
                ending,
                connection.origin().tuple(),
                connection.endpoint(true).syn.memory(),
                connection.endpoint(false).syn.memory(),
                connection.networks(),
                new Kept(connection));
    }

    /** The SYNs of the endpoint that sends with this tuple. */
    @Nullable
    EarlierSyns sender(FourTuple sent) {
        return sent.equals(tuple) ? first : second;
    }

    /** The SYNs of the other endpoint. */
    @Nullable
    EarlierSyns receiver(FourTuple sent) {
        return sent.equals(tuple) ? second : first;
    }

    /** How a connection that begins with this segment relates to this one. */
    Continuation continuedBy(TcpSegment segment) {
        EarlierSyns syn = sender(segment.tuple());
        boolean again = syn != null && syn.number() == segment.sequenceNumber();
        return new Continuation(number, ending, !segment.has(TcpFlags.SYN) || again);
    }
}
