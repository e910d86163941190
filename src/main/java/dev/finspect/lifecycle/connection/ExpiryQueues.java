package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.TimeLimits;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for what: unanswered connections for an answer, closed ones to be forgotten, the others for their next segment.
 * A queue each. A segment costs next to nothing: those that were heard of in the meantime are put back at the end when
 * their turn comes.
 */
final class ExpiryQueues {
    /** How late the end of a connection is noticed when no segment of its own shows it. */
    private static final long STEP_NANOS = Duration.ofMillis(100).toNanos();
    /** Of how many the one that was silent for longest has to go; the others are put back at the end. */
    private static final int MOST_COMPARED = 16;

    private final FlowQueue unanswered = new FlowQueue();
    private final FlowQueue closed = new FlowQueue();
    private final FlowQueue open = new FlowQueue();
    private final TimeLimits limits;
    private long nextNanos = Long.MIN_VALUE;

    ExpiryQueues(TimeLimits limits) {
        this.limits = limits;
    }

    /** A connection begins, with its first segment still to come. */
    void begin(Flow flow, long atNanos) {
        (limits.unanswered().isZero() ? open : unanswered).add(flow, atNanos);
    }

    /** A segment came. */
    void heard(Flow flow, long atNanos) {
        if (flow.queue != closed && flow.connection().zeek().isClosed()) {
            closed.add(flow, atNanos);
        }
    }

    boolean isTime(long nowNanos) {
        return nowNanos >= nextNanos;
    }

    /** Tells of those whose time has come. */
    void over(long nowNanos, BiConsumer<Flow, FlowEndReason> ends) {
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
            FlowEndReason ending = flow.ending(nowNanos);
            if (ending == null) {
                open.add(flow, nowNanos);
            } else {
                ends.accept(flow, ending);
            }
            flow = queue.head();
        }
    }

    /** The one to make room: closed, unanswered, or silent for longest, more or less. */
    @Nullable
    Flow silent() {
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
