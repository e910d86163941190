package dev.finspect.session;

/** A session that has ended. Nothing changes it any more, but for what was captured, until that is settled. Any thread. */
public interface EndedSession {
    /** What was fixed at the start. */
    SessionIdentity identity();

    /** When it ended, by the monotonic clock. */
    long endedAtNanos();

    /** When it ended, wall clock, nanoseconds since the Unix epoch. */
    default long endedAtEpochNanos() {
        return identity().epochNanos(endedAtNanos());
    }

    /** Makes the whole record; a record takes four times the memory of what it is made of. */
    SessionRecord closedRecord();

    /** Where what was captured of it is read. */
    SessionCaptures captures();

    /** Memory that it takes, by estimate; at least as much as it really does. */
    long estimateBytes();
}
