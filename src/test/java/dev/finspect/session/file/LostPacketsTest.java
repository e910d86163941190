package dev.finspect.session.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.WirePlay;
import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import org.junit.jupiter.api.Test;

/** Lost packets count for those connections that they may have belonged to. */
final class LostPacketsTest {
    private static final long START = WirePlay.START;

    private final LostPackets lost = new LostPackets();
    /** From the start to 12 microseconds later. */
    private final ConnectionFacts living =
            WirePlay.of(1, 5_000, 2, 80).opened(0).data(12, true, 7).live(FlowEndReason.LIVING);

    private final ConnectionFacts ended =
            WirePlay.of(1, 5_000, 2, 80).opened(0).rst(12, true).live(FlowEndReason.CLOSED);

    @Test
    void thoseBeforeItWereNotItsOwn() {
        lost.add(5, START - 100, START - 1);
        assertThat(lost.during(living)).isZero();
        assertThat(lost.during(ended)).isZero();
    }

    @Test
    void thoseAfterItAreThoseOfOneThatLives() {
        lost.add(5, START + 20_000, START + 30_000);
        assertThat(lost.during(living)).isEqualTo(5);
        assertThat(lost.during(ended)).isZero();
    }

    @Test
    void thoseDuringItMayBeItsOwn() {
        lost.add(5, START - 10, START + 10);
        lost.add(2, START + 5_000, START + 30_000);
        assertThat(lost.during(living)).isEqualTo(7);
        assertThat(lost.during(ended)).isEqualTo(7);
    }

    @Test
    void theOldestLossesAreKeptAsOne() {
        for (int i = 0; i < 2 * LostPackets.MOST; i++) {
            lost.add(1, START - 1_000 + i, START - 1_000 + i);
        }
        assertThat(lost.during(living))
                .as("the last of the oldest is before it")
                .isZero();
        lost.add(1, START, START + 1);
        assertThat(lost.during(living)).isEqualTo(1);
    }
}
