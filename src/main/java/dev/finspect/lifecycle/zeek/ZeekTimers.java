package dev.finspect.lifecycle.zeek;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.TimeLimits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The timers by which Zeek ends one connection. All moments are wall-clock nanoseconds, as the capture has them. */
final class ZeekTimers {
    private static final long NEVER = Long.MAX_VALUE;
    /** Zeek checks a half-closed connection this long after its first segment, */
    private static final long FIRST_CHECK_NANOS = Duration.ofSeconds(5).toNanos();
    /** and then at this interval ({@code tcp_session_timer}). */
    private static final long CHECK_INTERVAL_NANOS = Duration.ofSeconds(6).toNanos();

    private final TimeLimits limits;
    private long attemptEndsAt = NEVER;
    private long closeEndsAt = NEVER;
    private long nextCheckAt = NEVER;
    private boolean interactive;
    private boolean stopped;

    ZeekTimers(TimeLimits limits) {
        this.limits = limits;
    }

    /** Starts the periodic check at the first segment. */
    void started(long atNanos) {
        nextCheckAt = after(limits.afterClose(), atNanos, FIRST_CHECK_NANOS);
    }

    private static long after(Duration limit, long fromNanos, long nanos) {
        return limit.isZero() ? NEVER : fromNanos + nanos;
    }

    /** Starts the timer for an answer at the first SYN. */
    void synSent(long atNanos) {
        attemptEndsAt = after(limits.unanswered(), atNanos, limits.unanswered().toNanos());
    }

    /** Selects the longer idle limit: the handshake was seen, and the port is one for interactive use. */
    void interactive() {
        interactive = true;
    }

    /** Stops the periodic check after an RST. */
    void reset() {
        stopped = true;
    }

    /** One side has closed, the other has not. */
    void halfClosed(long lastNanos) {
        nextCheckAt = Math.min(nextCheckAt, after(limits.afterClose(), lastNanos, CHECK_INTERVAL_NANOS));
    }

    /** Both sides have closed, or an RST ended the connection. */
    void closed(long lastNanos) {
        closeEndsAt = Math.min(
                closeEndsAt,
                after(limits.afterClose(), lastNanos, limits.afterClose().toNanos()));
        stopped = true;
    }

    /** Whether the connection is closed and is kept only until {@link TimeLimits#afterClose()} has passed. */
    boolean isClosed() {
        return closeEndsAt != NEVER;
    }

    /** Why the connection ends if no segment arrives before {@code nowNanos}; null if it does not end. */
    @Nullable
    FlowEndReason endReason(ZeekActivity activity, long nowNanos) {
        if (nowNanos >= closeEndsAt) {
            return FlowEndReason.CLOSED;
        }
        if (!stopped && nowNanos >= attemptEndsAt && activity.unanswered()) {
            return FlowEndReason.UNANSWERED;
        }
        Duration idle = interactive ? limits.interactiveIdle() : limits.idle();
        if (!idle.isZero() && nowNanos - activity.lastNanos() >= idle.toNanos()) {
            return FlowEndReason.IDLE;
        }
        return checkFindsEnd(activity, nowNanos) ? FlowEndReason.CLOSED : null;
    }

    private boolean checkFindsEnd(ZeekActivity activity, long nowNanos) {
        if (stopped || nowNanos < nextCheckAt) {
            return false;
        }
        nextCheckAt = nowNanos + CHECK_INTERVAL_NANOS;
        return nowNanos - activity.lastNanos() > limits.afterClose().toNanos() && activity.probablyOver();
    }

    /** What the timers need to read of the connection's state. */
    interface ZeekActivity {
        /** Whether no segment answered its SYN. */
        boolean unanswered();

        /** Whether no further segment is expected after a silence. */
        boolean probablyOver();

        /** Time of its last segment before both ends had closed. */
        long lastNanos();
    }
}
