package dev.finspect.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What shows that this host itself refuses what is sent, and what just does not. */
final class SendRefusalTest {
    @Test
    void bytesThatAreTriedInVainThoughNothingIsInFlightAndTheWindowIsOpenAreRefused() {
        assertThat(SendRefusal.shownBy(0, 1, 1, 2, 2)).isTrue();
        assertThat(SendRefusal.shownBy(1, 1, 1, 2, 2))
                .as("something is in flight")
                .isFalse();
        assertThat(SendRefusal.shownBy(-1, 1, 1, 2, 2)).as("that is not known").isFalse();
        assertThat(SendRefusal.shownBy(0, 0, 1, 2, 2)).as("nothing waits").isFalse();
        assertThat(SendRefusal.shownBy(0, 1, 0, 2, 2))
                .as("the window is closed")
                .isFalse();
        assertThat(SendRefusal.shownBy(0, 1, 1, 1, 2)).as("too few tries").isFalse();
    }
}
