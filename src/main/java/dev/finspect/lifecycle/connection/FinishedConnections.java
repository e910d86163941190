package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.FourTuple;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.VirtualNetwork;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last finished connection of each pair of endpoints without a current one, by the virtual networks in which it was seen; the
 * oldest is dropped first.
 */
final class FinishedConnections {
    private static final int MOST = 65_536;

    /** Of so many, the connection itself is kept, for one that continues it. */
    private static final int MOST_KEPT = 4_096;

    private final Oldest known;
    private final ArrayDeque<FinishedConnection.Kept> kept = new ArrayDeque<>();

    FinishedConnections(int mostConnections) {
        known = new Oldest(Math.min(mostConnections, MOST));
    }

    void keep(long scope, FinishedConnection connection) {
        for (VirtualNetwork network : connection.networks()) {
            known.put(key(scope, connection.tuple(), network), connection);
        }
        kept.addLast(connection.kept());
        if (kept.size() > MOST_KEPT) {
            kept.removeFirst().connection = null;
        }
    }

    /** Whether there is one that this segment can continue. */
    boolean has(long scope, TcpSegment segment) {
        return !known.isEmpty() && known.containsKey(key(scope, segment.tuple(), segment.network()));
    }

    /** Takes out the one that this segment can continue. */
    @Nullable
    FinishedConnection take(long scope, TcpSegment segment) {
        if (known.isEmpty()) {
            return null;
        }
        FinishedConnection connection = known.remove(key(scope, segment.tuple(), segment.network()));
        if (connection != null && connection.networks().size() > 1) {
            for (VirtualNetwork network : connection.networks()) {
                known.remove(key(scope, segment.tuple(), network), connection);
            }
        }
        return connection;
    }

    private static FlowKey key(long scope, FourTuple tuple, VirtualNetwork network) {
        return FlowKey.of(scope + network.number(), tuple);
    }

    private static final class Oldest extends LinkedHashMap<FlowKey, FinishedConnection> {
        private static final long serialVersionUID = 1;
        private final int most;

        Oldest(int most) {
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<FlowKey, FinishedConnection> eldest) {
            return size() > most;
        }
    }
}
