package dev.finspect.tcp;

import java.time.Instant;

/** Wall-clock times as nanoseconds since the Unix epoch, the unit that finspect uses. */
public final class EpochNanos {
    private static final long NANOS_A_SECOND = 1_000_000_000;

    private EpochNanos() {}

    /** Converts a moment; valid for the years 1678 to 2262. */
    public static long of(Instant moment) {
        return moment.getEpochSecond() * NANOS_A_SECOND + moment.getNano();
    }
}
