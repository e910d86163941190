package dev.finspect.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The last sessions that closed, bounded by count and by bytes. Any thread.
 *
 * <p>It keeps the sessions, which are a quarter as large as their records, and makes a record on request. Where thousands of
 * sessions close in a second, few of them are ever requested, and the garbage collector must move all that is kept.
 */
public final class SessionHistory implements SessionSink {
    /** The default capacity: at least 8,000 ordinary sessions. */
    public static final long DEFAULT_CAPACITY_BYTES = 17L << 20;

    private final int capacity;
    private final long capacityBytes;
    private final ArrayDeque<EndedSession> sessions = new ArrayDeque<>();
    private long heldBytes;

    /** Keeps at most {@code capacity} sessions of at most {@link #DEFAULT_CAPACITY_BYTES}; 0 keeps none. */
    public SessionHistory(int capacity) {
        this(capacity, DEFAULT_CAPACITY_BYTES);
    }

    /**
     * Keeps at most {@code capacity} sessions, and no more than take {@code capacityBytes} of memory by estimate; 0 of either
     * keeps none. A session that takes more than {@code capacityBytes} alone is not kept.
     */
    public SessionHistory(int capacity, long capacityBytes) {
        this.capacity = capacity;
        this.capacityBytes = capacityBytes;
    }

    @Override
    public void over(EndedSession session) {
        keep(session);
    }

    private synchronized void keep(EndedSession ended) {
        long bytes = ended.estimateBytes();
        if (capacity == 0 || bytes > capacityBytes) {
            return;
        }
        while (sessions.size() >= capacity || heldBytes + bytes > capacityBytes) {
            heldBytes -= sessions.removeFirst().estimateBytes();
        }
        sessions.addLast(ended);
        heldBytes += bytes;
    }

    /** At most {@code limit} records, the latest first. */
    public List<SessionRecord> latest(int limit) {
        List<EndedSession> latest = new ArrayList<>();
        synchronized (this) {
            Iterator<EndedSession> backwards = sessions.descendingIterator();
            while (backwards.hasNext() && latest.size() < limit) {
                latest.add(backwards.next());
            }
        }
        return latest.stream().map(EndedSession::closedRecord).toList();
    }

    /** The record of this id, if it is still kept. */
    public Optional<SessionRecord> find(String id) {
        EndedSession found;
        synchronized (this) {
            found = sessions.stream()
                    .filter(session -> session.identity().id().equals(id))
                    .findFirst()
                    .orElse(null);
        }
        return Optional.ofNullable(found).map(EndedSession::closedRecord);
    }

    /** Memory that the kept sessions take, by estimate. */
    public synchronized long heldBytes() {
        return heldBytes;
    }
}
