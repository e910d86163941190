package dev.finspect.log;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A bounded, non-blocking queue of what becomes lines, with many producers and one consumer, which can be closed permanently.
 *
 * <p>A producer reserves a slot by advancing the tail, then fills the slot. The consumer empties a slot before it advances the
 * head, so a slot within the bound is always free. Closing sets the sign bit of the tail: every later offer fails, and the
 * number of successful offers is exact.
 */
final class RecordQueue<E> {
    private static final long CLOSED = Long.MIN_VALUE;

    private final int capacity;
    private final int mask;
    private final AtomicReferenceArray<@Nullable E> slots;
    private final AtomicLong tail = new AtomicLong();
    private final AtomicLong head = new AtomicLong();

    RecordQueue(int capacity) {
        this.capacity = capacity;
        int size = Integer.highestOneBit(Math.max(1, capacity - 1)) << 1;
        this.mask = size - 1;
        this.slots = new AtomicReferenceArray<>(size);
    }

    /** Adds the record; false if the queue is full or closed. Any thread. */
    boolean offer(E record) {
        long at = tail.get();
        while (true) {
            if (at < 0 || at - head.get() >= capacity) {
                return false;
            }
            if (tail.compareAndSet(at, at + 1)) {
                // Volatile, not release: the caller must then see whether the writer sleeps, see LogWriter.
                slots.set((int) at & mask, record);
                return true;
            }
            at = tail.get();
        }
    }

    /** Removes the oldest record; null if none is ready. Writer thread only. */
    @Nullable
    E poll() {
        long at = head.get();
        int slot = (int) at & mask;
        E record = slots.get(slot);
        if (record != null) {
            slots.set(slot, null);
            head.lazySet(at + 1);
        }
        return record;
    }

    /** Whether {@link #poll()} would return null now. Writer thread only. */
    boolean isEmpty() {
        return slots.get((int) head.get() & mask) == null;
    }

    /** Rejects all further records. Any thread. */
    void close() {
        tail.getAndUpdate(at -> at | CLOSED);
    }

    /** Whether it is closed and empty. */
    boolean isDrained() {
        long at = tail.get();
        return at < 0 && (at & ~CLOSED) == head.get();
    }

    /** Number of records ever accepted. Any thread. */
    long accepted() {
        return tail.get() & ~CLOSED;
    }
}
