package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.TimeLimits;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds connections that have timed out. Three queues: unanswered connections, closed ones, and all others. A segment does not
 * move its connection; one that had segments meanwhile moves to the end when it reaches the head.
 */
final class ExpiryQueues {
    /** Interval between checks, and so the delay with which a time-out is detected. */
    private static final long STEP_NANOS = Duration.ofMillis(100).toNanos();
    /** Eviction picks the longest silent of this many connections; the others move to the end. */
    private static final int MOST_COMPARED = 16;

    private final FlowQueue unanswered = new FlowQueue();
    private final FlowQueue closed = new FlowQueue();
    private final FlowQueue open = new FlowQueue();
    private final TimeLimits limits;
    private long nextNanos = Long.MIN_VALUE;

    ExpiryQueues(TimeLimits limits) {
        this.limits = limits;
    }

    /** Adds a connection before its first segment is processed. */
    void begin(Flow flow, long atNanos) {
        (limits.unanswered().isZero() ? open : unanswered).add(flow, atNanos);
    }

    /** Notes that a segment was processed. */
    void segmentSeen(Flow flow, long atNanos) {
        Connection connection = flow.connection();
        boolean over = connection.zeek().isClosed() && !connection.outlivedReset();
        if (over && flow.queue != closed) {
            closed.add(flow, atNanos);
        } else if (!over && flow.queue == closed) {
            open.add(flow, atNanos);
        }
    }

    /** Passes each connection that is not closed; none may end meanwhile. */
    void forEachOpen(Consumer<? super Flow> consumer) {
        unanswered.forEach(consumer);
        open.forEach(consumer);
    }

    boolean isDue(long nowNanos) {
        return nowNanos >= nextNanos;
    }

    /** Passes each connection that has timed out to {@code ends}. */
    void expire(long nowNanos, BiConsumer<Flow, FlowEndReason> ends) {
        nextNanos = nowNanos + STEP_NANOS;
        sweep(unanswered, limits.unanswered(), nowNanos, ends);
        sweep(closed, limits.afterClose(), nowNanos, ends);
        sweep(open, limits.idle(), nowNanos, ends);
    }

    private void sweep(FlowQueue queue, Duration limit, long nowNanos, BiConsumer<Flow, FlowEndReason> ends) {
        if (limit.isZero()) {
            return;
        }
        Flow flow = queue.head();
        while (flow != null && nowNanos - flow.queuedAtNanos >= limit.toNanos()) {
            FlowEndReason reason = flow.endReason(nowNanos);
            if (reason == null) {
                open.add(flow, nowNanos);
            } else {
                ends.accept(flow, reason);
            }
            flow = queue.head();
        }
    }

    /** The connection to evict: a closed one, an unanswered one, or approximately the longest silent. */
    @Nullable
    Flow evictionCandidate() {
        Flow flow = closed.head();
        if (flow == null) {
            flow = unanswered.head();
        }
        if (flow != null) {
            return flow;
        }
        Flow silent = null;
        for (int i = 0; i < MOST_COMPARED; i++) {
            flow = open.head();
            if (flow == null) {
                return null;
            }
            if (silent == null || flow.lastAtNanos() < silent.lastAtNanos()) {
                silent = flow;
            }
            open.add(flow, flow.queuedAtNanos);
        }
        return silent;
    }
}
