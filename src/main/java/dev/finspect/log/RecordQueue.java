package dev.finspect.log;

import dev.finspect.session.SessionRecord;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue from many event loops to one writer that never blocks and can be closed for good.
 *
 * <p>A producer claims a place by moving the tail and then fills it; the writer empties the place before it moves the
 * head, so that a place within the bound is always free. Closing sets the tail's sign bit: no offer succeeds afterwards,
 * and the number of those that did is exact.
 */
final class RecordQueue {
    private static final long CLOSED = Long.MIN_VALUE;

    private final int capacity;
    private final int mask;
    private final AtomicReferenceArray<@Nullable SessionRecord> places;
    private final AtomicLong tail = new AtomicLong();
    private final AtomicLong head = new AtomicLong();

    RecordQueue(int capacity) {
        this.capacity = capacity;
        int size = Integer.highestOneBit(Math.max(1, capacity - 1)) << 1;
        this.mask = size - 1;
        this.places = new AtomicReferenceArray<>(size);
    }

    /** Takes the record, or answers false when there is no room or the queue is closed. Any thread. */
    boolean offer(SessionRecord record) {
        long at = tail.get();
        while (true) {
            if (at < 0 || at - head.get() >= capacity) {
                return false;
            }
            if (tail.compareAndSet(at, at + 1)) {
                // Volatile, not release: a sleeping writer must be seen afterwards, see LogWriter.
                places.set((int) at & mask, record);
                return true;
            }
            at = tail.get();
        }
    }

    /** The oldest record, or null when there is none that is ready. The writer only. */
    @Nullable
    SessionRecord poll() {
        long at = head.get();
        int place = (int) at & mask;
        SessionRecord record = places.get(place);
        if (record != null) {
            places.set(place, null);
            head.lazySet(at + 1);
        }
        return record;
    }

    /** Whether {@link #poll()} would find nothing now. The writer only. */
    boolean isEmpty() {
        return places.get((int) head.get() & mask) == null;
    }

    /** Lets no more records in. Any thread. */
    void close() {
        tail.getAndUpdate(at -> at | CLOSED);
    }

    /** Whether it is closed and all that was let in has been taken out. */
    boolean isDrained() {
        long at = tail.get();
        return at < 0 && (at & ~CLOSED) == head.get();
    }

    /** How many records were ever let in. Any thread. */
    long accepted() {
        return tail.get() & ~CLOSED;
    }
}
