package dev.finspect.lab;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what another process does and tells nobody of: a port that opens, a file that fills. */
public final class Await {
    private static final Duration STEP = Duration.ofMillis(20);
    private static final Duration LIMIT = Duration.ofSeconds(180);

    private Await() {}

    /** Looks every 20 ms whether it is so, for three minutes at most. */
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
