package dev.finspect.session.join;

import dev.finspect.record.CaptureMode;
import dev.finspect.session.SessionIdentity;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much is captured of each route, now and for the sessions that began earlier: what is captured of a session does not
 * change while it lives. Changed by one thread at a time, read by any.
 */
final class CapturedModes {
    private volatile Map<String, Period> latest = Map.of();

    /**
     * A time with one mode.
     *
     * @param sinceNanos its begin by the monotonic clock: sessions that are accepted later belong to it
     * @param sinceEpochNanos the same by the wall clock: of connections that began earlier the first segments may be missing
     * @param before the time before; null for the first
     */
    private record Period(
            @Nullable CaptureMode mode,
            long sinceNanos,
            long sinceEpochNanos,
            @Nullable Period before) {}

    /** From the beginning of all times. */
    CapturedModes(Map<String, CaptureMode> modes) {
        Map<String, Period> first = new HashMap<>();
        modes.forEach((route, mode) -> first.put(route, new Period(mode, Long.MIN_VALUE, Long.MIN_VALUE, null)));
        latest = Map.copyOf(first);
    }

    /** From these moments on, this is captured of the route; null for nothing. */
    void change(String route, @Nullable CaptureMode mode, long sinceNanos, long sinceEpochNanos) {
        Map<String, Period> next = new HashMap<>(latest);
        next.put(route, new Period(mode, sinceNanos, sinceEpochNanos, latest.get(route)));
        latest = Map.copyOf(next);
    }

    /** How much is captured of this session; null for nothing. */
    @Nullable
    CaptureMode of(SessionIdentity session) {
        Period period = periodOf(session);
        return period == null ? null : period.mode;
    }

    /** Whether a connection of this session that was born then may lack its first segments. */
    boolean beginMissed(SessionIdentity session, long bornAtEpochNanos) {
        Period period = periodOf(session);
        return period != null && bornAtEpochNanos < period.sinceEpochNanos;
    }

    private @Nullable Period periodOf(SessionIdentity session) {
        Period period = latest.get(session.route());
        while (period != null && period.sinceNanos != Long.MIN_VALUE && session.startNanos() - period.sinceNanos < 0) {
            period = period.before;
        }
        return period;
    }
}
