package dev.finspect.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ClockReadingTest {
    private static final long EPOCH_NANOS = 1_700_000_000_000_000_000L;

    /** Both clocks go on by so much before each reading of the monotonic one. */
    private static ClockReading read(long... pausesNanos) {
        long[] elapsed = {0};
        int[] readings = {0};
        return ClockReading.now(() -> Instant.ofEpochSecond(0, EPOCH_NANOS + elapsed[0]), () -> {
            elapsed[0] += pausesNanos[readings[0]++ % pausesNanos.length];
            return elapsed[0];
        });
    }

    private static long apartNanos(ClockReading reading) {
        return reading.epochNanos() - EPOCH_NANOS - reading.nanos();
    }

    @Test
    void clocksAreReadTogether() {
        assertThat(Math.abs(apartNanos(read(100, 100)))).isLessThanOrEqualTo(100);
    }

    @Test
    void readingsBetweenWhichTheThreadWasHeldUpAreMadeAgain() {
        assertThat(Math.abs(apartNanos(read(100, 22_000_000, 100, 200)))).isLessThanOrEqualTo(200);
    }

    @Test
    void ofReadingsThatAreAllHeldUpTheClosestIsTaken() {
        long[] always = {0, 9_000_000, 0, 3_000_000, 0, 7_000_000};
        assertThat(Math.abs(apartNanos(read(always)))).isLessThanOrEqualTo(3_000_000);
    }
}
