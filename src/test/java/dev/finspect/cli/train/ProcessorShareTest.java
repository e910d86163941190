package dev.finspect.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ProcessorShareTest {
    @Test
    void aLoadGoesOnUntilItsTimeIsOver() {
        assertThat(new ProcessorShare(100, Duration.ofDays(1)).getAsBoolean()).isTrue();
        assertThat(new ProcessorShare(100, Duration.ZERO).getAsBoolean()).isFalse();
    }

    @Test
    void aLoadThatOnlyComputesUsesNoMoreThanItsShare() {
        ProcessorShare share = new ProcessorShare(25, Duration.ofMillis(400));
        long before = threadNanos();
        long startNanos = System.nanoTime();
        while (share.getAsBoolean()) {
            Thread.onSpinWait();
        }
        double used = threadNanos() - before;

        // Other threads of this process count against it as well, so that it may well get less.
        assertThat(used / (System.nanoTime() - startNanos)).isLessThan(0.6);
    }

    private static long threadNanos() {
        return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
