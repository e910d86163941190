package dev.finspect.tcp;

import java.time.Instant;

/** The unit in which finspect writes moments of the wall clock: nanoseconds since the Unix epoch. */
public final class EpochNanos {
    private static final long NANOS_A_SECOND = 1_000_000_000;

    private EpochNanos() {}

    /** That moment; right for the years 1678 to 2262. */
    public static long of(Instant moment) {
        return moment.getEpochSecond() * NANOS_A_SECOND + moment.getNano();
    }
}
