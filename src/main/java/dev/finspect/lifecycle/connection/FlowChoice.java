package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.FourTuple;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import org.jspecify.annotations.Nullable;

/**
 * Decides which of several connections with equal addresses and ports a packet belongs to, or whether it begins another one.
 *
 * <p>Such connections are in different virtual networks. But one that is routed is seen in several networks too, or each of its
 * directions in another one. So a network that none of them was seen in shows another connection only if the numbers agree.
 */
final class FlowChoice {
    /** So many connections of equal addresses and ports are kept apart. */
    private static final int MOST_BESIDE = 32;

    private FlowChoice() {}

    /**
     * The connection of this segment; null if it begins another one.
     *
     * @param first the first of those with its addresses and ports
     * @param continues whether it continues one that has ended in its network
     */
    static @Nullable Flow of(Flow first, TcpSegment segment, boolean continues) {
        int count = 0;
        for (Flow flow = first; flow != null; flow = flow.beside) {
            if (flow.wasIn(segment.network())) {
                return flow;
            }
            count++;
        }
        Flow nearest = nearest(first, segment, continues);
        return nearest == null && count >= MOST_BESIDE ? first : nearest;
    }

    /** That whose numbers are the nearest, of those that it can belong to. */
    private static @Nullable Flow nearest(Flow first, TcpSegment segment, boolean continues) {
        Flow nearest = null;
        long leastBytes = NumberFit.UNKNOWN;
        for (Flow flow = first; flow != null; flow = flow.beside) {
            Connection connection = flow.connection();
            boolean forward = flow.isForward(segment.tuple());
            if (NumberFit.canBe(connection, forward, segment, continues)) {
                long bytes = NumberFit.distanceBytes(connection, forward, segment);
                if (nearest == null || bytes < leastBytes) {
                    nearest = flow;
                    leastBytes = bytes;
                }
            }
        }
        return nearest;
    }

    /** The connection of the quoted segment, by its sequence number. */
    static Flow of(Flow first, IcmpError error) {
        Integer number = error.quotedSequenceNumber();
        if (first.beside == null || number == null) {
            return first;
        }
        FourTuple quoted = error.quoted();
        Flow nearest = first;
        long leastBytes = NumberFit.UNKNOWN;
        for (Flow flow = first; flow != null; flow = flow.beside) {
            long bytes = flow.connection().endpoint(flow.isForward(quoted)).sent.distanceBytes(number);
            if (bytes < leastBytes) {
                nearest = flow;
                leastBytes = bytes;
            }
        }
        return nearest;
    }
}
