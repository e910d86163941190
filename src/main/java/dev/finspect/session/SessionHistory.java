package dev.finspect.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Closed sessions, bounded by count and by bytes. Any thread.
 *
 * <p>It keeps the sessions, which are smaller than their records, and makes a record on request. Where thousands of sessions
 * close in a second, few of them are ever requested, and the garbage collector must move all that is kept. So those that ended
 * in order, most of all and the least asked for, have a quarter of the bytes, and of the places where these are short: what
 * went wrong is still there when somebody comes to look.
 */
public final class SessionHistory implements SessionSink {
    /** The default capacity in bytes: of sessions that nothing captures 1,700 that ended in order, and 5,000 others. */
    public static final long DEFAULT_CAPACITY_BYTES = 17L << 20;

    /** The place behind the latest session. */
    public static final long FROM_LATEST = Long.MAX_VALUE;

    /** How many sessions one call of {@link #older} reads: a few microseconds, in which no other session can be added. */
    private static final int READ_AT_ONCE = 64;

    private final long capacityBytes;
    private final EndedSessions inOrder = new EndedSessions();
    private final EndedSessions others = new EndedSessions();
    private int capacity;
    /** The number of the session that ends next, counted from 0. */
    private long nextNumber;

    /** Keeps at most {@code capacity} sessions of at most {@link #DEFAULT_CAPACITY_BYTES}; 0 keeps none. */
    public SessionHistory(int capacity) {
        this(capacity, DEFAULT_CAPACITY_BYTES);
    }

    /**
     * Keeps at most {@code capacity} sessions, and no more than take {@code capacityBytes} of memory by estimate; 0 of either
     * keeps none. A session that takes more than its kind may have is not kept.
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
        while (count() > capacity) {
            dropOldest();
        }
    }

    private synchronized void keep(EndedSession ended) {
        boolean ordinary = ended.endedInOrder();
        long mostBytes = ordinary ? capacityBytes / EndedSession.IN_ORDER_PART : capacityBytes;
        long taken = ended.estimateBytes();
        if (capacity == 0 || taken > mostBytes) {
            return;
        }
        while (ordinary && inOrder.heldBytes() + taken > mostBytes) {
            inOrder.dropOldest();
        }
        while (count() >= capacity || heldBytes() + taken > capacityBytes) {
            dropOldest();
        }
        (ordinary ? inOrder : others).add(nextNumber++, ended, taken);
    }

    /** Drops one: of those that ended in order if they have their part of the places or of the bytes, else of the others. */
    private void dropOldest() {
        boolean ordinary = inOrder.count() > 0
                && ((long) inOrder.count() * EndedSession.IN_ORDER_PART >= count()
                        || inOrder.heldBytes() * EndedSession.IN_ORDER_PART >= heldBytes());
        (ordinary ? inOrder : others).dropOldest();
    }

    /**
     * Reads backwards in the history, a few sessions at a time, so that no session that ends waits for it.
     *
     * @param before as the last answer says; {@link #FROM_LATEST} for the first
     */
    public Older older(long before) {
        List<EndedSession> some = new ArrayList<>(READ_AT_ONCE);
        long at = before;
        synchronized (this) {
            int ordinary = inOrder.countBefore(before);
            int other = others.countBefore(before);
            while (ordinary + other > 0 && some.size() < READ_AT_ONCE) {
                boolean isOrdinary =
                        other == 0 || (ordinary > 0 && inOrder.number(ordinary - 1) > others.number(other - 1));
                EndedSessions from = isOrdinary ? inOrder : others;
                int place = isOrdinary ? --ordinary : --other;
                at = from.number(place);
                some.add(from.at(place));
            }
            if (ordinary + other == 0) {
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

    private int count() {
        return inOrder.count() + others.count();
    }

    /** Memory that the kept sessions take, by estimate. */
    public synchronized long heldBytes() {
        return inOrder.heldBytes() + others.heldBytes();
    }
}
