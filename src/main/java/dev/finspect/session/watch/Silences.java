package dev.finspect.session.watch;

import dev.finspect.session.live.LegTraffic;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether a service is silent in several sessions of a route at once: the last two that waited for an answer for long, and when
 * it last answered any. Any thread.
 */
final class Silences {
    /** A session that goes on waiting is seen once a second. */
    private static final long SEEN_NANOS = Duration.ofSeconds(5).toNanos();

    private @Nullable Waiting one;
    private @Nullable Waiting other;
    private volatile long answeredAtNanos = LegTraffic.NEVER;

    private record Waiting(String id, long atNanos) {}

    /** The service has answered a word. */
    void answered(long atNanos) {
        answeredAtNanos = atNanos;
    }

    /** This session has waited for longer than the route's threshold, at this moment. */
    synchronized void waits(String id, long atNanos) {
        Waiting now = new Waiting(id, atNanos);
        if (one == null || one.id.equals(id)) {
            one = now;
        } else if (other == null || other.id.equals(id) || other.atNanos - one.atNanos < 0) {
            other = now;
        } else {
            one = now;
        }
    }

    /** Whether another session than this one waits now, and none was answered since. */
    synchronized boolean others(String id, long sinceNanos, long nowNanos) {
        boolean answered = answeredAtNanos != LegTraffic.NEVER && answeredAtNanos - sinceNanos >= 0;
        return !answered && (isAnother(one, id, nowNanos) || isAnother(other, id, nowNanos));
    }

    private static boolean isAnother(@Nullable Waiting waiting, String id, long nowNanos) {
        return waiting != null && !waiting.id.equals(id) && nowNanos - waiting.atNanos <= SEEN_NANOS;
    }
}
