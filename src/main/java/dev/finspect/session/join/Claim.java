package dev.finspect.session.join;

import dev.finspect.tcp.FourTuple;
import org.jspecify.annotations.Nullable;

/**
 * What a session knows of one of its legs, by which its segments are found.
 *
 * @param tuple from the originator to the responder
 * @param initialSequenceNumber of the originator; null where the socket does not tell it
 * @param synFromNanos no earlier than this the first SYN passed; wall clock, nanoseconds since the Unix epoch
 * @param synUntilNanos and no later than this
 * @param established whether it came to be
 */
record Claim(
        FourTuple tuple,
        @Nullable Integer initialSequenceNumber,
        long synFromNanos,
        long synUntilNanos,
        boolean established) {
    /** The loop reads its clocks one after the other, and can be held up between two readings. */
    private static final long SLACK_NANOS = 20_000_000;

    /** An established connection whose SYN is known. */
    static Claim byNumber(FourTuple tuple, int initialSequenceNumber, long synUntilNanos) {
        return new Claim(tuple, initialSequenceNumber, Long.MIN_VALUE, synUntilNanos, true);
    }

    /** An established connection of which the time is known. */
    static Claim byTime(FourTuple tuple, long synFromNanos, long synUntilNanos) {
        return new Claim(tuple, null, synFromNanos, synUntilNanos, true);
    }

    /** A connection that did not come to be. */
    static Claim failed(FourTuple tuple, long synFromNanos, long synUntilNanos) {
        return new Claim(tuple, null, synFromNanos, synUntilNanos, false);
    }

    /** Whether a connection that began with this SYN, or at this moment when its number is not known, can be meant. */
    boolean fits(int synSequenceNumber, long synAtNanos) {
        return initialSequenceNumber == null
                ? synAtNanos + SLACK_NANOS >= synFromNanos && synAtNanos <= synUntilNanos + SLACK_NANOS
                : initialSequenceNumber == synSequenceNumber;
    }
}
