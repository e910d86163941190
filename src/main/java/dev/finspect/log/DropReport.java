package dev.finspect.log;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Says that an output drops records: at the first drop, then once in each interval in which there were more.
 *
 * <p>It has a thread of its own, because the thread that drops is an event loop, which must not wait for standard error, and
 * the thread that writes may be blocked.
 */
final class DropReport implements AutoCloseable {
    static final Duration INTERVAL = Duration.ofMinutes(1);

    private static final long CLOSE_TIMEOUT_MILLIS = 1000;

    private final LongSupplier dropped;
    private final LongConsumer message;
    private final long intervalNanos;
    private final Thread thread;
    private volatile boolean due;
    private volatile boolean closed;

    /**
     * A report that runs until it is closed.
     *
     * @param name of the thread
     * @param dropped number of records dropped so far
     * @param message says the number of records dropped so far
     */
    DropReport(String name, LongSupplier dropped, LongConsumer message, Duration interval) {
        this.dropped = dropped;
        this.message = message;
        this.intervalNanos = interval.toNanos();
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** A record was dropped and counted. Any thread; wakes the report's thread at most once in an interval. */
    void dropped() {
        if (!due) {
            due = true;
            LockSupport.unpark(thread);
        }
    }

    /** Says what is due and ends the thread; waits for it, but not for long, since standard error may be blocked. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_TIMEOUT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed || due) {
            if (due) {
                due = false; // Before the count is read: a later drop is due again.
                message.accept(dropped.getAsLong());
                rest();
            } else {
                LockSupport.park(this);
            }
        }
    }

    private void rest() {
        long end = System.nanoTime() + intervalNanos;
        for (long left = intervalNanos; left > 0 && !closed; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }
}
