package dev.finspect.bench.load;

/**
 * Counts of durations in buckets that are at most 1/64 of their value wide, from 1 ns to years, in 30 KB.
 *
 * <p>A duration keeps its seven highest bits; the bits below are dropped. Not safe for several threads.
 */
final class LatencyHistogram {
    private static final int KEPT_BITS = 7;
    private static final int HALF = 1 << (KEPT_BITS - 1);
    private static final int BUCKETS = (Long.SIZE - KEPT_BITS) * HALF + 2 * HALF;

    private final long[] counts = new long[BUCKETS];
    private long total;

    void record(long nanos) {
        counts[bucket(Math.max(0, nanos))]++;
        total++;
    }

    long total() {
        return total;
    }

    /** The duration in ns that the given share (0 to 1) of all durations does not exceed; 0 if there are none. */
    long percentileNanos(double share) {
        long wanted = (long) Math.ceil(share * total);
        long seen = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            seen += counts[bucket];
            if (seen >= wanted && seen > 0) {
                return middleNanos(bucket);
            }
        }
        return 0;
    }

    private static int bucket(long nanos) {
        int dropped = Math.max(0, Long.SIZE - KEPT_BITS - Long.numberOfLeadingZeros(nanos));
        return dropped * HALF + (int) (nanos >>> dropped);
    }

    private static long middleNanos(int bucket) {
        if (bucket < 2 * HALF) {
            return bucket;
        }
        int dropped = bucket / HALF - 1;
        long lowest = (long) (bucket % HALF + HALF) << dropped;
        return lowest + (1L << (dropped - 1));
    }
}
