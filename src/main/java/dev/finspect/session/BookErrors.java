package dev.finspect.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts events and records that a sink, or the books of a session, met an error with. Traffic never waits for books, so an
 * error there is caught; it must not go unseen either, nor fill standard error once for every event. Any thread.
 */
public final class BookErrors {
    private final AtomicLong count = new AtomicLong();

    /** Counts one. The answer is how many there are by now when that is worth a line (1, 2, 4, 8 ...), otherwise 0. */
    public long another() {
        long now = count.incrementAndGet();
        return Long.bitCount(now) == 1 ? now : 0;
    }

    /** How many so far. */
    public long count() {
        return count.get();
    }
}
