package dev.finspect.lab.healthy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** How late the machine runs a thread that wants to run at a certain time. */
final class Lateness implements AutoCloseable {
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Thread thread = new Thread(this::measure, "lateness");
    private volatile boolean closed;
    private volatile long mostNanos;
    private final AtomicLong times = new AtomicLong();
    private final AtomicLong lateTimes = new AtomicLong();

    Lateness() {
        thread.setDaemon(true);
        thread.start();
    }

    private void measure() {
        long before = System.nanoTime();
        while (!closed) {
            LockSupport.parkNanos(STEP_NANOS);
            long now = System.nanoTime();
            long late = now - before - STEP_NANOS;
            before = now;
            mostNanos = Math.max(mostNanos, late);
            times.incrementAndGet();
            if (late > STEP_NANOS) {
                lateTimes.incrementAndGet();
            }
        }
    }

    /** The most so far. */
    long mostNanos() {
        return mostNanos;
    }

    @Override
    public String toString() {
        return "the machine ran a thread later than wanted by at most " + TimeUnit.NANOSECONDS.toMillis(mostNanos)
                + " ms, and by more than 20 ms in " + lateTimes + " of " + times + " times";
    }

    @Override
    public void close() {
        closed = true;
    }
}
