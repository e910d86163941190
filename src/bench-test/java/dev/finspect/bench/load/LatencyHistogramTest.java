package dev.finspect.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The histogram beside a sorted array. */
final class LatencyHistogramTest {
    @Test
    void nothingRecordedIsZero() {
        assertThat(new LatencyHistogram().percentileNanos(0.99)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 255, 256, 1_000_000, 60_000_000_000L, Long.MAX_VALUE})
    void oneDurationComesBackWithinASixtyFourth(long nanos) {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.record(nanos);
        assertThat(histogram.percentileNanos(0.5)).isCloseTo(nanos, Percentage.withPercentage(100.0 / 64));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void percentilesAreThoseOfTheSortedDurations(long seed) {
        Random random = new Random(seed);
        long[] durations = random.doubles(10_000, 3, 9)
                .mapToLong(power -> (long) Math.pow(10, power))
                .toArray();
        LatencyHistogram histogram = new LatencyHistogram();
        Arrays.stream(durations).forEach(histogram::record);
        Arrays.sort(durations);
        for (double share : new double[] {0.01, 0.5, 0.99, 1}) {
            long exact = durations[(int) Math.ceil(share * durations.length) - 1];
            assertThat(histogram.percentileNanos(share)).isCloseTo(exact, Percentage.withPercentage(100.0 / 64));
        }
    }
}
