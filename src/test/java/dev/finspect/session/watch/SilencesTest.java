package dev.finspect.session.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a service counts as silent in several sessions at once. */
final class SilencesTest {
    private static final long SECOND = 1_000_000_000L;

    private final Silences silences = new Silences();

    @Test
    void oneSessionThatWaitsIsNoOther() {
        silences.waits("a", 60 * SECOND);
        assertThat(silences.others("a", 0, 60 * SECOND)).isFalse();
        assertThat(silences.others("b", 0, 60 * SECOND)).isTrue();
    }

    @Test
    void thirdSessionTakesThePlaceOfTheOneThatWasSeenLongestAgo() {
        silences.waits("a", 60 * SECOND);
        silences.waits("b", 61 * SECOND);
        silences.waits("c", 62 * SECOND);
        silences.waits("a", 63 * SECOND);
        for (String each : new String[] {"a", "b", "c"}) {
            assertThat(silences.others(each, 0, 63 * SECOND)).as(each).isTrue();
        }
    }

    @Test
    void answerToAnySessionSinceEndsIt() {
        silences.waits("a", 60 * SECOND);
        silences.answered(10 * SECOND);
        assertThat(silences.others("b", 20 * SECOND, 61 * SECOND)).isTrue();
        silences.answered(30 * SECOND);
        assertThat(silences.others("b", 20 * SECOND, 61 * SECOND)).isFalse();
    }

    @Test
    void sessionThatNoLongerWaitsIsForgotten() {
        silences.waits("a", 60 * SECOND);
        assertThat(silences.others("b", 0, 66 * SECOND)).isFalse();
    }
}
