package dev.finspect.session.join;

import dev.finspect.tcp.FourTuple;
import org.jspecify.annotations.Nullable;

/**
 * The addresses and the opening time or number of one leg of a session. The capture finds the leg's segments by them.
 *
 * @param tuple from the originator to the responder
 * @param initialSequenceNumber of the originator; null where the socket does not show it
 * @param synFromNanos the earliest time of the first SYN; wall clock, nanoseconds since the Unix epoch
 * @param synUntilNanos the latest time of the first SYN
 * @param established whether the connection was established
 */
record LegKey(
        FourTuple tuple,
        @Nullable Integer initialSequenceNumber,
        long synFromNanos,
        long synUntilNanos,
        boolean established) {
    /** The loop reads its clocks one after the other, and can be held up between two readings. */
    private static final long SLACK_NANOS = 20_000_000;

    /** An established connection whose SYN is known. */
    static LegKey byNumber(FourTuple tuple, int initialSequenceNumber, long synUntilNanos) {
        return new LegKey(tuple, initialSequenceNumber, Long.MIN_VALUE, synUntilNanos, true);
    }

    /** An established connection whose opening time is known. */
    static LegKey byTime(FourTuple tuple, long synFromNanos, long synUntilNanos) {
        return new LegKey(tuple, null, synFromNanos, synUntilNanos, true);
    }

    /** A connection that was never established. */
    static LegKey failed(FourTuple tuple, long synFromNanos, long synUntilNanos) {
        return new LegKey(tuple, null, synFromNanos, synUntilNanos, false);
    }

    /** Whether the leg can be the connection that began with this SYN. The time decides where the number is not known. */
    boolean fits(int synSequenceNumber, long synAtNanos) {
        return initialSequenceNumber == null
                ? synAtNanos + SLACK_NANOS >= synFromNanos && synAtNanos <= synUntilNanos + SLACK_NANOS
                : initialSequenceNumber == synSequenceNumber;
    }
}
