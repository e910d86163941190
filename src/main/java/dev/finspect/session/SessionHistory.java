package dev.finspect.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The last sessions that closed, bounded by count and by bytes. Any thread. */
public final class SessionHistory implements SessionSink {
    /** What a history holds where nobody says otherwise: at least 2,500 ordinary sessions. */
    public static final long DEFAULT_CAPACITY_BYTES = 16L << 20;

    private final int capacity;
    private final long capacityBytes;
    private final ArrayDeque<SessionRecord> records = new ArrayDeque<>();
    private long heldBytes;

    /** Keeps at most {@code capacity} records of at most {@link #DEFAULT_CAPACITY_BYTES}; 0 keeps none. */
    public SessionHistory(int capacity) {
        this(capacity, DEFAULT_CAPACITY_BYTES);
    }

    /**
     * Keeps at most {@code capacity} records, and no more than take {@code capacityBytes} of memory by estimate; 0 of either
     * keeps none. A record that is larger than {@code capacityBytes} alone is not kept.
     */
    public SessionHistory(int capacity, long capacityBytes) {
        this.capacity = capacity;
        this.capacityBytes = capacityBytes;
    }

    @Override
    public synchronized void closed(SessionRecord record) {
        long bytes = RecordSize.estimateBytes(record);
        if (capacity == 0 || bytes > capacityBytes) {
            return;
        }
        while (records.size() >= capacity || heldBytes + bytes > capacityBytes) {
            heldBytes -= RecordSize.estimateBytes(records.removeFirst());
        }
        records.addLast(record);
        heldBytes += bytes;
    }

    /** At most {@code limit} records, the latest first. */
    public synchronized List<SessionRecord> latest(int limit) {
        List<SessionRecord> latest = new ArrayList<>(Math.min(limit, records.size()));
        Iterator<SessionRecord> backwards = records.descendingIterator();
        while (backwards.hasNext() && latest.size() < limit) {
            latest.add(backwards.next());
        }
        return latest;
    }

    /** The record of this id, if it is still kept. */
    public synchronized Optional<SessionRecord> find(String id) {
        return records.stream().filter(r -> r.identity().id().equals(id)).findFirst();
    }

    /** Memory that the kept records take, by estimate. */
    public synchronized long heldBytes() {
        return heldBytes;
    }
}
