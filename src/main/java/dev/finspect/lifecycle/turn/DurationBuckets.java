package dev.finspect.lifecycle.turn;

/**
 * The bounds by which durations are counted: ten a decade from 1 us to 8,000 s, the preferred numbers 1, 1.25, 1.6, 2, 2.5, 3.2,
 * 4, 5, 6.3 and 8, so that the bounds that people use are among them. A bucket holds what is longer than the bound below it, and
 * at most as long as its own.
 */
public final class DurationBuckets {
    private static final long[] OF_A_DECADE = {1_000, 1_250, 1_600, 2_000, 2_500, 3_200, 4_000, 5_000, 6_300, 8_000};
    private static final int DECADES = 10;

    /** How many there are; the last one has no upper bound. */
    public static final int COUNT = OF_A_DECADE.length * DECADES + 1;

    private static final long[] UPPER = uppers();
    /** For each power of two, the first bucket that may hold a duration of as many bits. */
    private static final int[] FIRST_OF_BITS = firsts();

    private DurationBuckets() {}

    private static long[] uppers() {
        long[] bounds = new long[COUNT];
        long scale = 1;
        for (int i = 0; i < COUNT - 1; i++) {
            bounds[i] = OF_A_DECADE[i % OF_A_DECADE.length] * scale;
            scale *= i % OF_A_DECADE.length == OF_A_DECADE.length - 1 ? 10 : 1;
        }
        bounds[COUNT - 1] = Long.MAX_VALUE;
        return bounds;
    }

    private static int[] firsts() {
        int[] first = new int[Long.SIZE];
        for (int bits = 1; bits < Long.SIZE; bits++) {
            long least = 1L << (bits - 1);
            int bucket = first[bits - 1];
            while (UPPER[bucket] < least) {
                bucket++;
            }
            first[bits] = bucket;
        }
        return first;
    }

    /** The bucket of a duration of at least 0 ns. */
    static int of(long nanos) {
        int bucket = FIRST_OF_BITS[Long.SIZE - Long.numberOfLeadingZeros(nanos)];
        while (UPPER[bucket] < nanos) {
            bucket++;
        }
        return bucket;
    }

    /** The longest duration of a bucket, nanoseconds; {@link Long#MAX_VALUE} of the last. */
    static long upperNanos(int bucket) {
        return UPPER[bucket];
    }

    /** The shortest duration of a bucket, nanoseconds. */
    static long lowerNanos(int bucket) {
        return bucket == 0 ? 0 : UPPER[bucket - 1] + 1;
    }

    /** Whether this is the bound of a bucket, so that what is at most as long can be counted without an error. */
    public static boolean isBound(long nanos) {
        return nanos >= 0 && UPPER[of(nanos)] == nanos;
    }
}
