package dev.finspect.lifecycle.connection;

/** How new bytes of a stream reached its receiver: it can read them at once, or they wait behind missing ones. */
final class StreamArrivals {
    static final long NEVER = Long.MIN_VALUE;

    /** New bytes that the receiver can read and that {@link #takeReadable} has not returned yet. */
    private long readableBytes;
    /** New bytes behind missing ones. */
    private long waitingBytes;

    private long lastInOrderAtNanos = NEVER;
    private long aheadAtNanos = NEVER;
    private long holeSinceNanos = NEVER;

    /** New bytes came of which the receiver can read some now; {@code hole} if others still wait behind missing ones. */
    void inOrder(long fresh, boolean hole, long atNanos) {
        readableBytes += fresh;
        if (!hole) {
            waitingAreReadable();
        }
        lastInOrderAtNanos = atNanos;
        // What is missing now lies further on.
        holeSinceNanos = hole ? atNanos : NEVER;
        aheadAtNanos = hole ? aheadAtNanos : NEVER;
    }

    /** New bytes came that wait behind missing ones. */
    void ahead(long fresh, long atNanos) {
        waitingBytes += fresh;
        aheadAtNanos = atNanos;
        holeSinceNanos = holeSinceNanos == NEVER ? atNanos : holeSinceNanos;
    }

    /** Whether bytes came ahead of missing ones. */
    boolean cameAhead() {
        return aheadAtNanos != NEVER;
    }

    /** The receiver had what the capture missed: nothing waits any more. */
    void closed() {
        waitingAreReadable();
        lastInOrderAtNanos = Math.max(lastInOrderAtNanos, aheadAtNanos);
        aheadAtNanos = NEVER;
        holeSinceNanos = NEVER;
    }

    private void waitingAreReadable() {
        readableBytes += waitingBytes;
        waitingBytes = 0;
    }

    /** New bytes that the receiver can read since the last call. */
    long takeReadable() {
        long bytes = readableBytes;
        readableBytes = 0;
        return bytes;
    }

    /** Time of the last new byte that the receiver could read; {@link #NEVER} before. */
    long lastInOrderAtNanos() {
        return lastInOrderAtNanos;
    }

    /** Since when bytes are missing; {@link #NEVER} while none are. */
    long holeSinceNanos() {
        return holeSinceNanos;
    }
}
