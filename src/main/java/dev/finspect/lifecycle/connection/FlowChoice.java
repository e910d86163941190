package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides which of several connections with equal addresses and ports a packet belongs to, or whether it begins another one.
 *
 * <p>Such connections are in different virtual networks. But one that is routed is seen in several networks too, or each of its
 * directions in another one. So a network that none of them was seen in shows another connection only if the numbers do so too.
 * Where several were seen in one network, as behind the ports of a bridge, the numbers decide.
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
        Flow opened = segment.has(TcpFlags.SYN) ? openedBy(first, segment) : null;
        if (opened != null) {
            return opened;
        }
        Flow known = nearest(first, segment, flow -> flow.wasIn(segment.network()));
        if (known != null) {
            return known;
        }
        Flow likely = nearest(
                first,
                segment,
                flow -> NumberFit.canBe(flow.connection(), flow.isForward(segment.tuple()), segment, continues));
        return likely == null && count(first) >= MOST_BESIDE ? first : likely;
    }

    /** That whose SYN or SYN-ACK has this number: it may pass a network in which another one was seen. */
    private static @Nullable Flow openedBy(Flow first, TcpSegment syn) {
        for (Flow flow = first; flow != null; flow = flow.beside) {
            StreamTracker sent = flow.connection().endpoint(flow.isForward(syn.tuple())).sent;
            if (sent.started() && sent.beginsAfter(syn.sequenceNumber())) {
                return flow;
            }
        }
        return null;
    }

    /** That whose numbers are the nearest, of those that fit. */
    private static @Nullable Flow nearest(Flow first, TcpSegment segment, Predicate<Flow> fits) {
        Flow nearest = null;
        long leastBytes = NumberFit.UNKNOWN;
        for (Flow flow = first; flow != null; flow = flow.beside) {
            if (fits.test(flow)) {
                long bytes = NumberFit.distanceBytes(flow.connection(), flow.isForward(segment.tuple()), segment);
                if (nearest == null || bytes < leastBytes) {
                    nearest = flow;
                    leastBytes = bytes;
                }
            }
        }
        return nearest;
    }

    private static int count(Flow first) {
        int count = 0;
        for (Flow flow = first; flow != null; flow = flow.beside) {
            count++;
        }
        return count;
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
