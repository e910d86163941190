package dev.finspect.lab;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition that nothing signals: another process opens a port, or a file fills. */
public final class Await {
    private static final Duration STEP = Duration.ofMillis(20);
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private Await() {}

    /** Checks the condition every 20 ms, for three minutes at most. */
    public static void until(Supplier<String> what, BooleanSupplier isSo) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited " + LIMIT + " in vain: " + what.get());
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
    }
}
