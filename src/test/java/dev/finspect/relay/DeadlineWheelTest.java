package dev.finspect.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeadlineWheelTest {
    private static final long START = -5_000_000_000L;
    private static final long TICK = DeadlineWheel.TICK_NANOS;

    private final DeadlineWheel wheel = new DeadlineWheel(START);

    @Test
    void aDeadlineExpiresOnceAndNotBeforeItsTime() {
        Noted deadline = new Noted();
        wheel.arm(deadline, START + 3 * TICK - 1);
        wheel.turn(START + 2 * TICK);
        assertThat(deadline.expiredAt).isEmpty();
        wheel.turn(START + 3 * TICK);
        wheel.turn(START + 4 * TICK);
        assertThat(deadline.expiredAt).containsExactly(START + 3 * TICK);
    }

    @Test
    void aDisarmedDeadlineNeverExpires() {
        Noted deadline = new Noted();
        wheel.arm(deadline, START + TICK);
        wheel.disarm(deadline);
        wheel.turn(START + 2000 * TICK);
        assertThat(deadline.expiredAt).isEmpty();
    }

    @Test
    void aDeadlineBeyondOneTurnOfTheWheelWaitsForTheNext() {
        Noted deadline = new Noted();
        wheel.arm(deadline, START + 600 * TICK);
        for (int tick = 1; tick < 600; tick++) {
            wheel.turn(START + tick * TICK);
        }
        assertThat(deadline.expiredAt).isEmpty();
        wheel.turn(START + 600 * TICK);
        assertThat(deadline.expiredAt).hasSize(1);
    }

    @Test
    void aDeadlineOfThePastExpiresAtTheNextTurn() {
        wheel.turn(START + 100 * TICK);
        Noted deadline = new Noted();
        wheel.arm(deadline, START);
        wheel.turn(START + 101 * TICK);
        assertThat(deadline.expiredAt).hasSize(1);
    }

    @Test
    void oneThatExpiresMayDisarmAnotherOfTheSameTick() {
        Noted victim = new Noted();
        Noted culprit = new Noted() {
            @Override
            void expired(long nowNanos) {
                super.expired(nowNanos);
                wheel.disarm(victim);
            }
        };
        wheel.arm(victim, START + TICK);
        wheel.arm(culprit, START + TICK);
        wheel.turn(START + TICK);
        assertThat(culprit.expiredAt).hasSize(1);
        assertThat(victim.expiredAt).isEmpty();
    }

    @Test
    void oneThatExpiresMayArmItselfAgain() {
        Noted deadline = new Noted() {
            @Override
            void expired(long nowNanos) {
                super.expired(nowNanos);
                wheel.arm(this, nowNanos + 2 * TICK);
            }
        };
        wheel.arm(deadline, START + TICK);
        for (int tick = 1; tick <= 5; tick++) {
            wheel.turn(START + tick * TICK);
        }
        assertThat(deadline.expiredAt).containsExactly(START + TICK, START + 3 * TICK, START + 5 * TICK);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void whateverIsArmedExpiresBetweenItsTimeAndTheNextTurn(int seed) {
        Random random = new Random(seed);
        List<Noted> armed = new ArrayList<>();
        List<Long> due = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Noted deadline = new Noted();
            long at = START + (long) (random.nextDouble() * 2000 * TICK);
            wheel.arm(deadline, at);
            armed.add(deadline);
            due.add(at);
        }
        long longestGap = 0;
        long now = START;
        while (now < START + 2100 * TICK) {
            long gap = (long) (random.nextDouble() * 700 * TICK);
            longestGap = Math.max(longestGap, gap);
            now += gap;
            wheel.turn(now);
        }
        for (int i = 0; i < armed.size(); i++) {
            assertThat(armed.get(i).expiredAt).hasSize(1);
            assertThat(armed.get(i).expiredAt.get(0)).isBetween(due.get(i), due.get(i) + longestGap + TICK);
        }
    }

    private static class Noted extends Deadline {
        final List<Long> expiredAt = new ArrayList<>();

        @Override
        void expired(long nowNanos) {
            expiredAt.add(nowNanos);
        }
    }
}
