package dev.finspect.relay;

import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the living sessions of the process and holds them to a limit; exact across loops. Any thread. */
public final class SessionGate {
    private final long limit;
    private final AtomicLong living = new AtomicLong();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    SessionGate(OptionalInt limit) {
        this.limit = limit.isPresent() ? limit.getAsInt() : Long.MAX_VALUE;
    }

    /** Counts one more session in, if there is room. */
    public boolean enter() {
        if (limit == Long.MAX_VALUE) {
            living.incrementAndGet();
            return true;
        }
        long now = living.get();
        while (now < limit) {
            if (living.compareAndSet(now, now + 1)) {
                return true;
            }
            now = living.get();
        }
        return false;
    }

    /** Counts one more in, even above the limit: a session that is about to be refused. */
    public void enterAnyway() {
        living.incrementAndGet();
    }

    /** Counts one out and lets those that wait try again. */
    public void leave() {
        living.decrementAndGet();
        if (!waiting.isEmpty()) {
            wakeWaiting();
        }
    }

    /** Runs {@code retry} once, on whatever thread, as soon as there is room; perhaps at once, perhaps in vain. */
    public void whenRoom(Runnable retry) {
        waiting.add(retry);
        if (living.get() < limit) {
            wakeWaiting();
        }
    }

    /** How many are in. */
    long living() {
        return living.get();
    }

    private void wakeWaiting() {
        for (Runnable retry = waiting.poll(); retry != null; retry = waiting.poll()) {
            retry.run();
        }
    }
}
