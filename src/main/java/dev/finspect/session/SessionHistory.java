package dev.finspect.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last sessions that closed, bounded by count and by bytes. Any thread.
 *
 * <p>It keeps the sessions, which are a quarter as large as their records, and makes a record on request. Where thousands of
 * sessions close in a second, few of them are ever requested, and the garbage collector must move all that is kept.
 */
public final class SessionHistory implements SessionSink {
    /** The default capacity: at least 8,000 ordinary sessions. */
    public static final long DEFAULT_CAPACITY_BYTES = 17L << 20;

    /** The place behind the latest session. */
    public static final long FROM_LATEST = Long.MAX_VALUE;

    /** How many sessions one call of {@link #older} reads: a few microseconds, in which no other session can be added. */
    private static final int READ_AT_ONCE = 64;

    private static final int INITIAL_LENGTH = 64;

    private int capacity;
    private final long capacityBytes;
    /** A ring: the session of number n, counted from 0, is at n modulo its length. */
    private @Nullable EndedSession[] kept = new @Nullable EndedSession[INITIAL_LENGTH];
    /** What each takes, so that the oldest, which no cache of the processor has, need not be read to be dropped. */
    private long[] bytes = new long[INITIAL_LENGTH];
    /** Number of the oldest that is kept. */
    private long firstNumber;

    private int count;
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

    /** From now on at most so many are kept; 0 keeps none. */
    public synchronized void capacity(int most) {
        capacity = most;
        while (count > capacity) {
            dropOldest();
        }
    }

    private void dropOldest() {
        int index = (int) (firstNumber % kept.length);
        heldBytes -= bytes[index];
        kept[index] = null;
        firstNumber++;
        count--;
    }

    private synchronized void keep(EndedSession ended) {
        long taken = ended.estimateBytes();
        if (capacity == 0 || taken > capacityBytes) {
            return;
        }
        while (count >= capacity || heldBytes + taken > capacityBytes) {
            dropOldest();
        }
        if (count == kept.length) {
            grow();
        }
        int index = (int) ((firstNumber + count) % kept.length);
        kept[index] = ended;
        bytes[index] = taken;
        count++;
        heldBytes += taken;
    }

    private void grow() {
        @Nullable EndedSession[] larger = new @Nullable EndedSession[kept.length * 2];
        long[] theirBytes = new long[larger.length];
        for (long number = firstNumber; number < firstNumber + count; number++) {
            int index = (int) (number % larger.length);
            larger[index] = at(number);
            theirBytes[index] = bytes[(int) (number % kept.length)];
        }
        kept = larger;
        bytes = theirBytes;
    }

    /**
     * Reads backwards in the history, a few sessions at a time, so that no session that ends waits for it.
     *
     * @param before as the last answer says; {@link #FROM_LATEST} for the first
     */
    public Older older(long before) {
        List<EndedSession> some = new ArrayList<>(READ_AT_ONCE);
        long at;
        synchronized (this) {
            at = Math.min(before, firstNumber + count);
            for (; at > firstNumber && some.size() < READ_AT_ONCE; at--) {
                some.add(at(at - 1));
            }
            if (at <= firstNumber) {
                at = 0;
            }
        }
        return new Older(some, at);
    }

    /**
     * Some sessions, the latest first.
     *
     * @param before where to read on; 0 at the end
     */
    public record Older(List<EndedSession> sessions, long before) {}

    /** At most {@code limit} records, the latest first; all are held at once. */
    public List<SessionRecord> latest(int limit) {
        List<SessionRecord> records = new ArrayList<>();
        Older some = older(FROM_LATEST);
        while (records.size() < limit && !some.sessions.isEmpty()) {
            some.sessions.stream()
                    .limit(limit - records.size())
                    .map(EndedSession::closedRecord)
                    .forEach(records::add);
            some = older(some.before);
        }
        return records;
    }

    /** The record of this id, if it is still kept. */
    public Optional<SessionRecord> find(String id) {
        Older some = older(FROM_LATEST);
        while (!some.sessions.isEmpty()) {
            for (EndedSession each : some.sessions) {
                if (each.identity().id().equals(id)) {
                    return Optional.of(each.closedRecord());
                }
            }
            some = older(some.before);
        }
        return Optional.empty();
    }

    private EndedSession at(long number) {
        return Objects.requireNonNull(kept[(int) (number % kept.length)]);
    }

    /** Memory that the kept sessions take, by estimate. */
    public synchronized long heldBytes() {
        return heldBytes;
    }
}
