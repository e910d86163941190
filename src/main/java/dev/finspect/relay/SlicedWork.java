package dev.finspect.relay;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Work on an event loop whose length grows with the number of sessions. It is done in small steps, as many as fit into a slice;
 * then the loop turns to its sockets, for a rest that is longer than the slice. However much is to be done and whoever asks for
 * it, it takes a known share of the loop.
 *
 * <pre>
 *   loop:  |slice| sockets ...... |slice| sockets ...... |slice|
 *           150 µs       1 ms
 * </pre>
 *
 * A slice ends with the step in which its time runs out; steps take some microseconds, so that it lasts less than 200 µs.
 */
final class SlicedWork implements Runnable {
    static final long SLICE_NANOS = TimeUnit.MICROSECONDS.toNanos(150);
    static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Executor loop;
    private final Timer timer;
    private final LongSupplier clock;

    // Confined to the loop.
    private final ArrayDeque<Item<?>> items = new ArrayDeque<>();
    private boolean scheduled;
    private long restEndsAtNanos;

    /** A part of the work. */
    @FunctionalInterface
    interface Steps<T> {
        /** Does the next step, on the loop; null while more are to be done, the result after the last. */
        @Nullable
        T step();
    }

    /** Runs a task on the loop after some time. */
    @FunctionalInterface
    interface Timer {
        void after(long nanos, Runnable task);
    }

    SlicedWork(EventLoop loop) {
        this(
                loop,
                (nanos, task) -> {
                    var unused = loop.schedule(task, nanos, TimeUnit.NANOSECONDS);
                },
                System::nanoTime);
    }

    SlicedWork(Executor loop, Timer timer, LongSupplier clock) {
        this.loop = loop;
        this.timer = timer;
        this.clock = clock;
        this.restEndsAtNanos = clock.getAsLong();
    }

    /** Does all steps, in turn with those of other callers. Any thread; fails with {@link RejectedExecutionException} after the loop's end. */
    <T> CompletableFuture<T> run(Steps<T> steps) {
        Item<T> item = new Item<>(steps);
        try {
            loop.execute(() -> add(item));
        } catch (RejectedExecutionException e) {
            item.result.completeExceptionally(e);
        }
        return item.result;
    }

    private void add(Item<?> item) {
        items.add(item);
        if (scheduled) {
            return;
        }
        long leftNanos = restEndsAtNanos - clock.getAsLong();
        if (leftNanos > 0) {
            scheduled = true;
            timer.after(leftNanos, this);
        } else {
            run();
        }
    }

    /** One slice. */
    @Override
    public void run() {
        scheduled = false;
        long endsAtNanos = clock.getAsLong() + SLICE_NANOS;
        do {
            Item<?> item = items.poll();
            if (item != null && !item.step()) {
                items.add(item);
            }
        } while (!items.isEmpty() && clock.getAsLong() - endsAtNanos < 0);
        restEndsAtNanos = clock.getAsLong() + REST_NANOS;
        if (!items.isEmpty()) {
            scheduled = true;
            timer.after(REST_NANOS, this);
        }
    }

    private static final class Item<T> {
        private final Steps<T> steps;
        private final CompletableFuture<T> result = new CompletableFuture<>();

        Item(Steps<T> steps) {
            this.steps = steps;
        }

        /** Whether it was the last step. */
        boolean step() {
            try {
                T found = steps.step();
                if (found == null) {
                    return false;
                }
                result.complete(found);
                return true;
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
                return true;
            }
        }
    }
}
