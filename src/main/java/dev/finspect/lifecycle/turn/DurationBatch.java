package dev.finspect.lifecycle.turn;

/** DurationSummary that were counted since the last batch. Immutable. */
public final class DurationBatch {
    private final int firstBucket;
    private final long[] counts;
    private final long totalNanos;
    private final long leastNanos;
    private final long mostNanos;

    /** Takes some of them. */
    @FunctionalInterface
    public interface Taker {
        /** So many took so long. */
        void took(long nanos, long times);
    }

    /**
     * DurationSummary.
     *
     * @param counts of the buckets from this one on; not copied
     * @param leastNanos no duration is shorter
     * @param mostNanos no duration is longer
     */
    DurationBatch(int firstBucket, long[] counts, long totalNanos, long leastNanos, long mostNanos) {
        this.firstBucket = firstBucket;
        this.counts = counts;
        this.totalNanos = totalNanos;
        this.leastNanos = leastNanos;
        this.mostNanos = mostNanos;
    }

    /** How many there are. */
    public long count() {
        long all = 0;
        for (long each : counts) {
            all += each;
        }
        return all;
    }

    /**
     * Gives one duration for each bucket that has any: it lies in the bucket, and all together have the sum that was counted, but
     * for parts of nanoseconds.
     */
    public void each(Taker taker) {
        double shortest = 0;
        double room = 0;
        for (int i = 0; i < counts.length; i++) {
            shortest += (double) counts[i] * shortest(i);
            room += (double) counts[i] * (longest(i) - shortest(i));
        }
        double part = room <= 0 ? 0 : Math.max(0, Math.min(1, (totalNanos - shortest) / room));
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                taker.took(shortest(i) + (long) (part * (longest(i) - shortest(i))), counts[i]);
            }
        }
    }

    private long shortest(int index) {
        return Math.max(leastNanos, DurationBuckets.lowerNanos(firstBucket + index));
    }

    private long longest(int index) {
        return Math.max(shortest(index), Math.min(mostNanos, DurationBuckets.upperNanos(firstBucket + index)));
    }
}
