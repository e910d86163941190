package dev.finspect.cli.train;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A limit of the processor time that this process uses: a load that asks it after each turn pauses until the process has used
 * no more than its share of the time since the start. Confined to one thread.
 */
final class ProcessorShare implements BooleanSupplier {
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int WHOLE = 100;

    private final int percent;
    private final long startNanos = System.nanoTime();
    private final long dueNanos;
    private final long usedBefore;
    private final @org.jspecify.annotations.Nullable OperatingSystemMXBean process;
    private long askedNanos = startNanos;

    /**
     * From now on.
     *
     * @param percent of one processor; 100 or more for no limit
     * @param most time after which the load ends
     */
    ProcessorShare(int percent, Duration most) {
        this.percent = percent;
        this.dueNanos = startNanos + most.toNanos();
        this.process =
                percent < WHOLE && ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean bean
                        ? bean
                        : null;
        this.usedBefore = used();
    }

    private long used() {
        return process == null ? 0 : process.getProcessCpuTime();
    }

    /** Whether there is time left; pauses first, if the share is used up. */
    @Override
    public boolean getAsBoolean() {
        long nowNanos = System.nanoTime();
        if (process != null && nowNanos - askedNanos > EVERY_NANOS) {
            long allowed = (nowNanos - startNanos) / WHOLE * percent;
            long tooMuch = used() - usedBefore - allowed;
            if (tooMuch > 0) {
                LockSupport.parkNanos(this, Math.min(LONGEST_PAUSE_NANOS, tooMuch * WHOLE / percent));
            }
            askedNanos = System.nanoTime();
        }
        return System.nanoTime() - dueNanos < 0;
    }
}
