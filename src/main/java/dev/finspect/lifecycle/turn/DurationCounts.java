package dev.finspect.lifecycle.turn;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Counts durations in {@link DurationBuckets}. Small: without an array up to two of them, and then with one that spans the buckets
 * that occur. Not safe for several threads.
 */
public final class DurationCounts {
    /** Buckets that an array has at least. */
    private static final int ROOM = 16;

    private static final int BYTES = 80;
    private static final int ARRAY_BYTES = 16;

    private long count;
    private long totalNanos;
    private long leastNanos;
    private long mostNanos;
    /** The bucket of the first number of both arrays. */
    private int firstBucket;
    /** Null while there are at most two: the least and the most. */
    private long @Nullable [] counts;
    /** Of these, how many were in a batch; null before the first. */
    private long @Nullable [] taken;

    private long takenCount;
    private long takenNanos;

    /** Counts one; a negative one as 0. */
    public void add(long nanos) {
        long took = Math.max(0, nanos);
        if (count == 2 && counts == null) {
            spread();
        }
        if (counts != null) {
            increment(DurationBuckets.of(took));
        }
        leastNanos = count == 0 ? took : Math.min(leastNanos, took);
        mostNanos = Math.max(mostNanos, took);
        count++;
        totalNanos += took;
    }

    private void spread() {
        int least = DurationBuckets.of(leastNanos);
        int most = DurationBuckets.of(mostNanos);
        long[] now = reserve(least, most);
        now[least - firstBucket]++;
        now[most - firstBucket]++;
        if (takenCount == 2) {
            taken = now.clone();
        } else if (takenCount == 1) {
            long[] one = new long[now.length];
            one[DurationBuckets.of(takenNanos) - firstBucket] = 1;
            taken = one;
        }
    }

    private void increment(int bucket) {
        long[] now = counts;
        int index = bucket - firstBucket;
        if (now == null || index < 0 || index >= now.length) {
            now = reserve(bucket, bucket);
            index = bucket - firstBucket;
        }
        now[index]++;
    }

    /** Makes room for these buckets besides those that have any, and for some around them. */
    private long[] reserve(int from, int to) {
        long[] before = counts;
        int first = before == null ? from : Math.min(from, firstBucket);
        int end = 1 + (before == null ? to : Math.max(to, firstBucket + before.length - 1));
        int more = Math.max(ROOM - (end - first), ROOM / 2);
        first = Math.max(0, first - more / 2);
        end = Math.min(DurationBuckets.COUNT, end + more / 2);
        long[] now = moved(before, first, end);
        taken = taken == null ? null : moved(taken, first, end);
        counts = now;
        firstBucket = first;
        return now;
    }

    private long[] moved(long @Nullable [] before, int first, int end) {
        long[] now = new long[end - first];
        if (before != null) {
            System.arraycopy(before, 0, now, firstBucket - first, before.length);
        }
        return now;
    }

    /** Memory that this takes on a 64-bit Java virtual machine, by estimate. */
    long estimateBytes() {
        return BYTES + bytes(counts) + bytes(taken);
    }

    private static long bytes(long @Nullable [] numbers) {
        return numbers == null ? 0 : ARRAY_BYTES + (long) Long.BYTES * numbers.length;
    }

    /** How many there are. */
    public long count() {
        return count;
    }

    /** Those that were counted since the last call; null where there are none. */
    public @Nullable DurationBatch take() {
        if (count == takenCount) {
            return null;
        }
        long[] all = counts;
        DurationBatch batch = all == null ? few() : many(all);
        takenCount = count;
        takenNanos = totalNanos;
        return batch;
    }

    private DurationBatch few() {
        long fresh = totalNanos - takenNanos;
        if (count - takenCount == 1) {
            return new DurationBatch(DurationBuckets.of(fresh), new long[] {1}, fresh, fresh, fresh);
        }
        int least = DurationBuckets.of(leastNanos);
        int most = DurationBuckets.of(mostNanos);
        long[] both = new long[most - least + 1];
        both[0]++;
        both[most - least]++;
        return new DurationBatch(least, both, fresh, leastNanos, mostNanos);
    }

    private DurationBatch many(long[] all) {
        long[] fresh = all.clone();
        long[] before = taken;
        if (before != null) {
            Arrays.setAll(fresh, i -> all[i] - before[i]);
        }
        taken = all.clone();
        return new DurationBatch(firstBucket, fresh, totalNanos - takenNanos, leastNanos, mostNanos);
    }

    /** All of them together; null where there are none. */
    public @Nullable DurationSummary summary() {
        return count == 0
                ? null
                : new DurationSummary(
                        count, totalNanos, leastNanos, percentile(50), percentile(90), percentile(99), mostNanos);
    }

    private long percentile(int percent) {
        long rank = (count * percent + 99) / 100;
        long[] all = counts;
        if (all == null || rank == count) {
            return rank == count ? mostNanos : leastNanos;
        }
        int index = 0;
        long before = 0;
        while (before + all[index] < rank) {
            before += all[index++];
        }
        long lower = Math.max(leastNanos, DurationBuckets.lowerNanos(firstBucket + index));
        long upper = Math.min(mostNanos, DurationBuckets.upperNanos(firstBucket + index));
        return lower + (long) ((upper - lower) * ((rank - before - 0.5) / all[index]));
    }
}
