package dev.finspect.kernel.counters;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Growth between two times is what was surely counted between them. */
final class CounterHistoryTest {
    private final CounterHistory history = new CounterHistory();

    @Test
    void growthIsCountedFromTheFirstValueOfThatTimeToTheLast() {
        seen(5, 1, 2, 3);
        seen(7, 4);
        seen(10, 5, 6);
        assertThat(history.growth(2, 6)).isEqualTo(5);
        assertThat(history.growth(4, 6)).isEqualTo(3);
        assertThat(history.growth(5, 9)).isZero();
        assertThat(history.growth(0, 4)).isEqualTo(2);
        assertThat(history.growth(20, 30)).isZero();
        assertThat(history.latest()).isEqualTo(10);
    }

    @Test
    void nothingIsKnownBeforeTheFirstReading() {
        assertThat(history.growth(0, 100)).isZero();
        assertThat(history.latest()).isZero();
        seen(1_000, 50);
        assertThat(history.growth(0, 100)).as("counted before finspect began").isZero();
    }

    @Test
    void countersThatBeginAnewSayNothingOfBefore() {
        seen(100, 1);
        seen(3, 2);
        seen(4, 3);
        assertThat(history.growth(0, 9)).isEqualTo(1);
    }

    /** The last ones are exact; of older ones it is never more than what was counted. */
    @Test
    void manyChangesAreThinnedOutAndTheirGrowthIsNeverTooHigh() {
        for (int i = 0; i < 10_000; i++) {
            seen(i, i);
        }
        assertThat(history.growth(9_950, 9_999)).isEqualTo(49);
        assertThat(history.growth(0, 9_999)).isBetween(9_000L, 9_999L);
        for (int from = 0; from < 9_900; from += 97) {
            assertThat(history.growth(from, from + 50)).isLessThanOrEqualTo(50);
        }
    }

    private void seen(long value, long... times) {
        for (long time : times) {
            history.seen(value, time);
        }
    }
}
