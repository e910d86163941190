package dev.finspect.lifecycle.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** DurationSummary counted in buckets, and what is taken of them. */
final class DurationCountsTest {
    private static final long MILLI = 1_000_000L;

    private final DurationCounts counts = new DurationCounts();

    @Test
    void everyDurationHasTheBucketBetweenWhoseBoundsItLies() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            long nanos = random.nextLong(1L << random.nextInt(1, 63));
            int bucket = DurationBuckets.of(nanos);
            assertThat(nanos).isBetween(DurationBuckets.lowerNanos(bucket), DurationBuckets.upperNanos(bucket));
        }
        for (int bucket = 0; bucket < DurationBuckets.COUNT; bucket++) {
            assertThat(DurationBuckets.of(DurationBuckets.upperNanos(bucket))).isEqualTo(bucket);
            assertThat(DurationBuckets.of(DurationBuckets.lowerNanos(bucket))).isEqualTo(bucket);
        }
    }

    @Test
    void boundsThatPeopleUseAreAmongThoseOfTheBuckets() {
        assertThat(DurationBuckets.isBound(25 * MILLI)).isTrue();
        assertThat(DurationBuckets.isBound(10_000 * MILLI)).isTrue();
        assertThat(DurationBuckets.isBound(30 * MILLI)).isFalse();
        assertThat(DurationBuckets.isBound(-1)).isFalse();
    }

    @Test
    void oneDurationAndTwoAreKeptExactly() {
        assertThat(counts.summary()).isNull();
        counts.add(7 * MILLI);
        assertThat(counts.summary())
                .isEqualTo(new DurationSummary(1, 7 * MILLI, 7 * MILLI, 7 * MILLI, 7 * MILLI, 7 * MILLI, 7 * MILLI));
        counts.add(3 * MILLI);
        assertThat(counts.summary())
                .isEqualTo(new DurationSummary(2, 10 * MILLI, 3 * MILLI, 3 * MILLI, 7 * MILLI, 7 * MILLI, 7 * MILLI));
    }

    @Test
    void negativeDurationOfAClockThatWentBackIsNone() {
        counts.add(-5);
        assertThat(Objects.requireNonNull(counts.summary()).mostNanos()).isZero();
    }

    @RepeatedTest(20)
    void percentilesAreWithinATenthOfTheTruth(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        long[] all = new long[random.nextInt(3, 5_000)];
        for (int i = 0; i < all.length; i++) {
            all[i] = (long) Math.exp(random.nextDouble(7, 7 + repetition.getCurrentRepetition()));
            counts.add(all[i]);
        }
        Arrays.sort(all);
        DurationSummary summary = Objects.requireNonNull(counts.summary());
        assertThat(summary.count()).isEqualTo(all.length);
        assertThat(summary.totalNanos()).isEqualTo(Arrays.stream(all).sum());
        assertThat(summary.leastNanos()).isEqualTo(all[0]);
        assertThat(summary.mostNanos()).isEqualTo(all[all.length - 1]);
        near(summary.medianNanos(), all, 50);
        near(summary.p90Nanos(), all, 90);
        near(summary.p99Nanos(), all, 99);
    }

    private static void near(long percentile, long[] sorted, int percent) {
        long truth = sorted[(sorted.length * percent + 99) / 100 - 1];
        // The width of a bucket is at most 28 % of its lower bound; the middle of it is nearer, but for a few
        // durations.
        assertThat((double) percentile).isCloseTo((double) truth, within(0.28 * truth));
    }

    @RepeatedTest(20)
    void whatIsTakenByAndByIsWhatWasCounted(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        long[] taken = new long[DurationBuckets.COUNT];
        long[] counted = new long[DurationBuckets.COUNT];
        double[] sum = {0};
        assertThat(counts.take()).isNull();
        for (int i = 0; i < 500; i++) {
            long nanos = (long) Math.exp(random.nextDouble(5, 29));
            counts.add(nanos);
            counted[DurationBuckets.of(nanos)]++;
            if (random.nextInt(repetition.getCurrentRepetition()) == 0) {
                take(taken, sum);
                assertThat(taken).isEqualTo(counted);
                assertThat(counts.take()).isNull();
            }
        }
        DurationBatch last = counts.take();
        long before = Arrays.stream(taken).sum();
        if (last != null) {
            assertThat(last.count()).isEqualTo(500 - before);
            last.each((nanos, times) -> sum[0] += (double) nanos * times);
        }
        double total = Objects.requireNonNull(counts.summary()).totalNanos();
        assertThat(sum[0])
                .as("the sum, but for a part of a nanosecond each")
                .isCloseTo(total, within(501 + total / 1e12));
    }

    private void take(long[] taken, double[] sum) {
        DurationBatch batch = Objects.requireNonNull(counts.take());
        batch.each((nanos, times) -> {
            taken[DurationBuckets.of(nanos)] += times;
            sum[0] += (double) nanos * times;
        });
    }
}
