package dev.finspect.session;

/** A session that has ended. Only its captures can still change, until they are settled. Any thread. */
public interface EndedSession {
    /** The part of the places and of the memory for ended sessions that those which ended in order may have. */
    int IN_ORDER_PART = 4;

    /** What was fixed at the start. */
    SessionIdentity identity();

    /** When it ended, by the monotonic clock. */
    long endedAtNanos();

    /** When it ended, wall clock, nanoseconds since the Unix epoch. */
    default long endedAtEpochNanos() {
        return identity().epochNanos(endedAtNanos());
    }

    /** Makes the whole record, which takes far more memory than this session. */
    SessionRecord closedRecord();

    /** Its captures. */
    SessionCaptures captures();

    /** Whether both peers closed in order and nothing was amiss, as far as it was known at its end: captures may show more. */
    boolean endedInOrder();

    /** Memory that it takes, by estimate; at least as much as it really does. */
    long estimateBytes();
}
