package dev.finspect.session.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How often the rules look at a session that moves, and at one that does not. */
final class LookRhythmTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 77 * SECOND;

    private final LookRhythm rhythm = new LookRhythm(START);

    @Test
    void whatMovesIsLookedAtEachTime() {
        assertThat(looks(1, 300, true)).hasSize(300);
    }

    @Test
    void whatRestsIsLookedAtLessAndLessOftenAndNeverAfterMoreThanTenSeconds() {
        List<Integer> looks = looks(1, 600, false);
        assertThat(looks).startsWith(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
        for (int i = 1; i < looks.size(); i++) {
            int pause = looks.get(i) - looks.get(i - 1);
            assertThat(pause).isLessThanOrEqualTo(Math.min(10, 1 + looks.get(i) / 16));
        }
        assertThat(looks.stream().filter(second -> second > 300)).hasSize(30);
    }

    @Test
    void whatMovesAgainIsLookedAtAtOnce() {
        looks(1, 600, false);
        rhythm.looked(START + 600 * SECOND);
        assertThat(rhythm.isDue(0, START + 600 * SECOND)).isFalse();
        assertThat(rhythm.isDue(2, START + 600 * SECOND))
                .as("something else is seen")
                .isTrue();
        rhythm.looked(START + 600 * SECOND);
        assertThat(looks(601, 616, false, 2)).as("and as often as at first").hasSize(16);
        rhythm.isNew(START + 620 * SECOND);
        assertThat(rhythm.isDue(2, START + 620 * SECOND)).isTrue();
    }

    @Test
    void anAnswerIsLookedAtWhileTheSessionMovedNotLongAgo() {
        looks(1, 10, false);
        assertThat(rhythm.isDueAfterAnswer(0, START + 10 * SECOND)).isTrue();
        looks(11, 600, false);
        assertThat(rhythm.isDueAfterAnswer(0, START + 600 * SECOND)).isFalse();
    }

    @Test
    void whatWasFoundIsNotTakenForTheTruthForLong() {
        assertThat(rhythm.hasLookedLately(START + 11 * SECOND))
                .as("nobody has looked")
                .isFalse();
        rhythm.looked(START);
        assertThat(rhythm.hasLookedLately(START + 12 * SECOND)).isTrue();
        assertThat(rhythm.hasLookedLately(START + 30 * SECOND)).isFalse();
    }

    private List<Integer> looks(int from, int to, boolean moves) {
        return looks(from, to, moves, 0);
    }

    /** At which of these seconds it is looked at. */
    private List<Integer> looks(int from, int to, boolean moves, int picture) {
        List<Integer> looks = new ArrayList<>();
        for (int second = from; second <= to; second++) {
            long now = START + second * SECOND;
            if (rhythm.isDue(moves ? second : picture, now)) {
                rhythm.looked(now);
                looks.add(second);
            }
        }
        return looks;
    }
}
