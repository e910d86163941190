package dev.finspect.session.file;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import java.util.ArrayDeque;

/** When a live capture lost how many packets. Bounded: the oldest losses are kept as one. Not thread-safe. */
final class LostPackets {
    static final int MOST = 256;

    private final ArrayDeque<Loss> losses = new ArrayDeque<>();

    private record Loss(long packets, long fromNanos, long toNanos) {
        Loss and(Loss later) {
            return new Loss(packets + later.packets, fromNanos, later.toNanos);
        }
    }

    /** So many were lost, at some time between these. */
    void add(long packets, long fromNanos, long toNanos) {
        losses.addLast(new Loss(packets, fromNanos, toNanos));
        if (losses.size() > MOST) {
            losses.addFirst(losses.removeFirst().and(losses.removeFirst()));
        }
    }

    /** How many may have been the connection's. One that lives may have lost its last segments. */
    long during(ConnectionFacts facts) {
        long sum = 0;
        boolean living = facts.ending() == FlowEndReason.LIVING;
        for (Loss loss : losses) {
            if (loss.toNanos >= facts.firstAtNanos() && (living || loss.fromNanos <= facts.lastAtNanos())) {
                sum += loss.packets;
            }
        }
        return sum;
    }
}
