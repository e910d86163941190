package dev.finspect.tcp;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The wall clock and the monotonic clock at one moment. A thread that loses its processor between two readings would set times
 * from sockets tens of milliseconds apart from the times of packets, so that what came first could seem to have come last.
 *
 * @param epochNanos wall clock, nanoseconds since the Unix epoch
 * @param nanos monotonic clock, as {@link System#nanoTime}
 */
public record ClockReading(long epochNanos, long nanos) {
    /** What three readings in a row take on a slow machine, several times over. */
    private static final long CLOSE_NANOS = 20_000;

    private static final int MOST_TRIES = 8;

    /** Reads both. */
    public static ClockReading now(InstantSource wallClock) {
        return now(wallClock, System::nanoTime);
    }

    /** Reads both; of several tries the one in which they were closest together. */
    static ClockReading now(InstantSource wallClock, LongSupplier monotonic) {
        ClockReading best = new ClockReading(0, 0);
        long leastNanos = Long.MAX_VALUE;
        for (int i = 0; i < MOST_TRIES && leastNanos > CLOSE_NANOS; i++) {
            long before = monotonic.getAsLong();
            long epochNanos = EpochNanos.of(wallClock.instant());
            long tookNanos = monotonic.getAsLong() - before;
            if (tookNanos < leastNanos) {
                leastNanos = tookNanos;
                best = new ClockReading(epochNanos, before + tookNanos / 2);
            }
        }
        return best;
    }
}
