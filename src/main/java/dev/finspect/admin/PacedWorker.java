package dev.finspect.admin;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One thread that makes pages or lists, and rests after each task three times as long as the task took: however many are asked
 * for, they take about a quarter of a processor. The thread exists while there are tasks.
 */
final class PacedWorker implements Executor, AutoCloseable {
    private static final int REST = 3;
    /** The longest rest, so that a task that was interrupted for long does not hold up the next. */
    private static final long MOST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final ThreadPoolExecutor thread;

    /** At most {@code queued} tasks wait. */
    PacedWorker(String name, int queued) {
        thread = new ThreadPoolExecutor(
                1, 1, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queued), new DefaultThreadFactory(name, true));
        thread.allowCoreThreadTimeOut(true);
    }

    /** Runs the task in its turn; {@link java.util.concurrent.RejectedExecutionException} if too many wait. */
    @Override
    public void execute(Runnable task) {
        thread.execute(() -> {
            long beganAtNanos = System.nanoTime();
            task.run();
            long tookNanos = System.nanoTime() - beganAtNanos;
            LockSupport.parkNanos(this, Math.min(MOST_REST_NANOS, REST * tookNanos));
        });
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
