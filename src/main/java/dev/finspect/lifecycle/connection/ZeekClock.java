package dev.finspect.lifecycle.connection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** When Zeek would give a connection up. Wall-clock nanoseconds. */
final class ZeekClock {
    private static final long NEVER = Long.MAX_VALUE;
    /** Zeek looks after half-closed connections this long after their first segment... */
    private static final long FIRST_LOOK_NANOS = Duration.ofSeconds(5).toNanos();
    /** ...and again at this distance ({@code tcp_session_timer}). */
    private static final long LOOK_NANOS = Duration.ofSeconds(6).toNanos();

    private final TimeLimits limits;
    private long giveUpAt = NEVER;
    private long forgetAt = NEVER;
    private long lookAt = NEVER;
    private boolean interactive;
    private boolean stopped;

    ZeekClock(TimeLimits limits) {
        this.limits = limits;
    }

    /** Its first segment came. */
    void started(long atNanos) {
        lookAt = after(limits.afterClose(), atNanos, FIRST_LOOK_NANOS);
    }

    private static long after(Duration limit, long fromNanos, long nanos) {
        return limit.isZero() ? NEVER : fromNanos + nanos;
    }

    /** Its first SYN went out. */
    void asked(long atNanos) {
        giveUpAt = after(limits.unanswered(), atNanos, limits.unanswered().toNanos());
    }

    /** Its handshake was seen, to a port at which people sit. */
    void interactive() {
        interactive = true;
    }

    /** It was reset: no more looking. */
    void reset() {
        stopped = true;
    }

    /** One side closed, the other has not yet. */
    void halfClosed(long lastNanos) {
        lookAt = Math.min(lookAt, after(limits.afterClose(), lastNanos, LOOK_NANOS));
    }

    /** It is closed for good. */
    void closed(long lastNanos) {
        forgetAt = Math.min(
                forgetAt,
                after(limits.afterClose(), lastNanos, limits.afterClose().toNanos()));
        stopped = true;
    }

    /** Whether it is closed for good, and only waits to be forgotten. */
    boolean isClosed() {
        return forgetAt != NEVER;
    }

    /** Why it is over when this moment comes without a segment; null when it is not. */
    @Nullable
    Ending ending(ZeekView view, long nowNanos) {
        if (nowNanos >= forgetAt) {
            return Ending.CLOSED;
        }
        if (!stopped && nowNanos >= giveUpAt && view.unanswered()) {
            return Ending.UNANSWERED;
        }
        Duration idle = interactive ? limits.interactiveIdle() : limits.idle();
        if (!idle.isZero() && nowNanos - view.lastNanos() >= idle.toNanos()) {
            return Ending.IDLE;
        }
        return looksOver(view, nowNanos) ? Ending.CLOSED : null;
    }

    private boolean looksOver(ZeekView view, long nowNanos) {
        if (stopped || nowNanos < lookAt) {
            return false;
        }
        lookAt = nowNanos + LOOK_NANOS;
        return nowNanos - view.lastNanos() > limits.afterClose().toNanos() && view.probablyOver();
    }
}
