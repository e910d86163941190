package dev.finspect.lifecycle.turn;

/**
 * How long something took that happened several times, nanoseconds. Percentiles are within a tenth of the truth, and exact where
 * there are one or two durations; a percentile is a duration that so many are not longer than.
 *
 * @param count how many there are, at least one
 * @param totalNanos of all together
 */
public record DurationSummary(
        long count, long totalNanos, long leastNanos, long medianNanos, long p90Nanos, long p99Nanos, long mostNanos) {}
