package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Source;
import org.jspecify.annotations.Nullable;

/**
 * How long a leg had rested when bytes to its peer ended that, and met its end. Pure.
 *
 * @param nanos without a byte either way
 * @param observed whether the rest itself was seen; else it is reckoned from the last bytes each way, and too long where the
 *     bytes that ended it came in several goes
 */
record Rest(Fact<Long> nanos, boolean observed) {
    /**
     * Before bytes that were sent, not answered, and followed by the peer's end at this moment; null where it did not rest:
     * also where bytes from before were still on their way.
     */
    static @Nullable Rest before(LegSnapshot leg, long endEpochNanos) {
        Fact<Long> rested = leg.lastRestNanos;
        Fact<Long> restEnded = leg.lastRestEndedAt;
        Fact<Long> sent = leg.lastSentAt;
        if (sent == null || sent.value() > endEpochNanos) {
            return null;
        }
        long received =
                Math.max(Phase.or(leg.lastReceivedAt, Long.MIN_VALUE), Phase.or(leg.establishedAt, Long.MIN_VALUE));
        if (rested == null || restEnded == null) {
            return received == Long.MIN_VALUE || owed(leg, beforeTurn(leg))
                    ? null
                    : new Rest(new Fact<>(Math.max(0, sent.value() - received), Source.INFERRED), false);
        }
        boolean endedBySending = received < restEnded.value() && restEnded.value() <= sent.value();
        return endedBySending && !owed(leg, leg.lastRestBytesSent) ? new Rest(rested, true) : null;
    }

    /** How much had been sent before the peer's unanswered turn began. */
    private static @Nullable Fact<Long> beforeTurn(LegSnapshot leg) {
        Fact<Long> turn = leg.turnBytesSent;
        return turn == null ? null : Fact.inferred(leg.bytesSent.value() - turn.value());
    }

    /** Whether some of the bytes sent by then are not acknowledged even now: a leg that owes its peer bytes does not rest. */
    private static boolean owed(LegSnapshot leg, @Nullable Fact<Long> sentByThen) {
        Fact<Long> acknowledged = leg.bytesAcknowledged;
        return sentByThen != null && acknowledged != null && acknowledged.value() < sentByThen.value();
    }
}
