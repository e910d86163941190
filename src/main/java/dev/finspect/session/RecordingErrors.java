package dev.finspect.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts errors in recording: events and records for which a sink or a session's records failed. Such an error is caught, so
 * that it does not affect traffic. The count lets the caller report errors without one line for every event. Any thread.
 */
public final class RecordingErrors {
    private final AtomicLong count = new AtomicLong();

    /** Counts one error. Returns the count when it is worth a line (1, 2, 4, 8 ...), otherwise 0. */
    public long another() {
        long now = count.incrementAndGet();
        return Long.bitCount(now) == 1 ? now : 0;
    }

    /** The number of errors so far. */
    public long count() {
        return count.get();
    }
}
