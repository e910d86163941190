package dev.finspect.relay;

import dev.finspect.record.ProxyReason;
import dev.finspect.session.live.LegTraffic;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time-outs of a route that run while both legs are open, in nanoseconds; {@link #OFF} for those not set. Any thread.
 *
 * @param idleNanos no byte either way
 * @param halfCloseNanos after the first FIN
 * @param firstByteNanos from the upstream, after the connection was established
 */
record OpenTimeouts(long idleNanos, long halfCloseNanos, long firstByteNanos) {
    static final long OFF = Long.MAX_VALUE;

    static OpenTimeouts of(Timeouts timeouts) {
        return new OpenTimeouts(nanos(timeouts.idle()), nanos(timeouts.halfClose()), nanos(timeouts.firstByte()));
    }

    /** Whether none is set. */
    boolean allOff() {
        return idleNanos == OFF && halfCloseNanos == OFF && firstByteNanos == OFF;
    }

    /**
     * Which time-out comes first as things stand, and when.
     *
     * @param connectedAtNanos when both legs were open
     * @param firstFinAtNanos when the first FIN came, {@link LegTraffic#NEVER} before
     */
    @Nullable
    Due next(long connectedAtNanos, long firstFinAtNanos, LegTraffic client, LegTraffic upstream) {
        Due first = null;
        if (firstByteNanos != OFF && upstream.firstReceivedAtNanos == LegTraffic.NEVER) {
            first = new Due(connectedAtNanos + firstByteNanos, ProxyReason.FIRST_BYTE_TIMEOUT);
        }
        if (halfCloseNanos != OFF && firstFinAtNanos != LegTraffic.NEVER) {
            first = earlier(first, new Due(firstFinAtNanos + halfCloseNanos, ProxyReason.HALF_CLOSE_TIMEOUT));
        }
        if (idleNanos != OFF) {
            long last = Math.max(
                    Math.max(connectedAtNanos, Math.max(client.lastReceivedAtNanos, client.lastSentAtNanos)),
                    Math.max(upstream.lastReceivedAtNanos, upstream.lastSentAtNanos));
            first = earlier(first, new Due(last + idleNanos, ProxyReason.IDLE_TIMEOUT));
        }
        return first;
    }

    private static Due earlier(@Nullable Due first, Due second) {
        return first != null && first.atNanos - second.atNanos <= 0 ? first : second;
    }

    private static long nanos(@Nullable Duration duration) {
        return duration == null ? OFF : duration.toNanos();
    }

    /** A time-out and its moment on the monotonic clock. */
    record Due(long atNanos, ProxyReason reason) {}
}
