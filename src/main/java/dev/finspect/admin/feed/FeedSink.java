package dev.finspect.admin.feed;

import dev.finspect.record.Outcome;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts sessions, and keeps the records of those that close until they are taken, while somebody follows the sessions. Called on
 * the event loops.
 */
public final class FeedSink implements SessionSink {
    /** Records that wait; further ones are dropped, and {@link #overflowed} says so. */
    private static final int MOST_WAITING = 4_000;

    private final LongAdder opened = new LongAdder();
    private final LongAdder closed = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder hung = new LongAdder();
    private final Queue<SessionRecord> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private volatile boolean followed;
    private volatile boolean dropped;

    @Override
    public void happened(SessionIdentity identity, SessionEvent event) {
        if (event instanceof SessionEvent.Accepted) {
            opened.increment();
        } else if (event instanceof SessionEvent.WorstFindingChanged worst) {
            hung.add((worst.now() == null ? 0 : 1) - (worst.before() == null ? 0 : 1));
        }
    }

    @Override
    public void closed(SessionRecord record) {
        closed.increment();
        if (record.outcome() != Outcome.CLEAN) {
            failed.increment();
        }
        gone(record);
    }

    /** For those who follow the sessions it is gone; nothing has closed. */
    @Override
    public void merged(SessionRecord record) {
        gone(record);
    }

    private void gone(SessionRecord record) {
        if (!followed) {
            return;
        }
        if (waitingCount.incrementAndGet() > MOST_WAITING) {
            waitingCount.decrementAndGet();
            dropped = true;
        } else {
            waiting.add(record);
        }
    }

    /** Begins or ends to keep records of sessions that close. */
    void follow(boolean on) {
        followed = on;
        if (!on) {
            take();
        }
    }

    /** The sessions that have closed since the last call, or go on as a leg of another, in order. */
    List<SessionRecord> take() {
        List<SessionRecord> taken = new ArrayList<>();
        for (SessionRecord next = waiting.poll(); next != null; next = waiting.poll()) {
            waitingCount.decrementAndGet();
            taken.add(next);
        }
        return taken;
    }

    /** Whether records were dropped since the last call, so that nobody knows which sessions have closed. */
    boolean overflowed() {
        boolean was = dropped;
        dropped = false;
        return was;
    }

    /** Sessions since the start. */
    long openedCount() {
        return opened.sum();
    }

    /** Those of them that have closed. */
    long closedCount() {
        return closed.sum();
    }

    /** Those of these whose outcome was not clean. */
    long failedCount() {
        return failed.sum();
    }

    /** Living sessions that hang. */
    long hungCount() {
        return hung.sum();
    }
}
