package dev.finspect.relay;

import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Enforces the session limit: each session takes a place before it is accepted and gives it back after its last event. Exact
 * across loops. Any thread.
 */
public final class SessionGate {
    private volatile long limit;
    private final AtomicLong taken = new AtomicLong();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    SessionGate(OptionalInt limit) {
        this.limit = places(limit);
    }

    private static long places(OptionalInt limit) {
        return limit.isPresent() ? limit.getAsInt() : Long.MAX_VALUE;
    }

    /** From now on this is the limit; sessions above a lower one go on. */
    void limit(OptionalInt next) {
        limit = places(next);
        if (taken.get() < limit) {
            wakeWaiting();
        }
    }

    /** Takes a place, if one is free. */
    public boolean enter() {
        long most = limit;
        if (most == Long.MAX_VALUE) {
            taken.incrementAndGet();
            return true;
        }
        long now = taken.get();
        while (now < most) {
            if (taken.compareAndSet(now, now + 1)) {
                return true;
            }
            now = taken.get();
        }
        return false;
    }

    /** Takes a place even above the limit, for a session that is about to be refused. */
    public void enterAnyway() {
        taken.incrementAndGet();
    }

    /** Gives a place back; those that wait try again. */
    public void leave() {
        taken.decrementAndGet();
        if (!waiting.isEmpty()) {
            wakeWaiting();
        }
    }

    /** Runs {@code retry} once, on whatever thread, as soon as a place is free; perhaps at once. The place may be taken again by then. */
    public void whenRoom(Runnable retry) {
        waiting.add(retry);
        if (taken.get() < limit) {
            wakeWaiting();
        }
    }

    /** Places taken now. */
    long taken() {
        return taken.get();
    }

    private void wakeWaiting() {
        for (Runnable retry = waiting.poll(); retry != null; retry = waiting.poll()) {
            retry.run();
        }
    }
}
