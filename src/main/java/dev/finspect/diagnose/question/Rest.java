package dev.finspect.diagnose.question;

import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Source;
import org.jspecify.annotations.Nullable;

/**
 * How long a leg was idle before bytes were sent on it that met the peer's end of the connection. Pure.
 *
 * @param nanos without a byte either way
 * @param observed whether the idle time itself was seen; else it is computed from the last bytes each way, and too long where
 *     the bytes that ended it came in several writes
 */
public record Rest(Fact<Long> nanos, boolean observed) {
    /**
     * The idle time before bytes that were sent, not answered, and followed by the peer's end at this moment. Null where the
     * leg was not idle, or still owed its peer bytes from before.
     */
    public static @Nullable Rest before(LegSnapshot leg, long endEpochNanos) {
        Fact<Long> rested = leg.lastRestNanos;
        Fact<Long> restEnded = leg.lastRestEndedAt;
        Fact<Long> sent = leg.lastSentAt;
        if (sent == null || sent.value() > endEpochNanos) {
            return null;
        }
        long received =
                Math.max(Numbers.or(leg.lastReceivedAt, Long.MIN_VALUE), Numbers.or(leg.establishedAt, Long.MIN_VALUE));
        if (rested == null || restEnded == null) {
            return received == Long.MIN_VALUE || owed(leg, beforeTurn(leg))
                    ? null
                    : new Rest(new Fact<>(Math.max(0, sent.value() - received), Source.INFERRED), false);
        }
        boolean endedBySending = received < restEnded.value() && restEnded.value() <= sent.value();
        return endedBySending && !owed(leg, leg.lastRestBytesSent) ? new Rest(rested, true) : null;
    }

    /** Whether bytes that ended a long idle time of this leg were answered by the peer's RST. */
    public static boolean endedByReset(Snapshot snapshot, LegSnapshot leg) {
        LegSnapshot.Mark rst = PeerReset.of(leg);
        if (rst == null
                || !SessionPhase.endedByPeers(snapshot)
                || !SessionPhase.isOpen(leg)
                || !Turn.isUnanswered(leg)) {
            return false;
        }
        long rstAt = rst.at().value();
        Rest rest = before(leg, rstAt);
        boolean taken = Numbers.or(leg.bytesAcknowledged, -1) >= leg.bytesSent.value();
        return rest != null
                && !taken
                && leg.zeroWindowSince == null
                && (rest.observed() || !tookFirstBytes(leg))
                && rest.nanos().value()
                        >= snapshot.thresholds().idleBeforeReset().toNanos()
                && rstAt - rest.endedAt(leg) <= SessionPhase.reactionNanos(leg);
    }

    /** When bytes ended it; where that was not seen, the latest bytes. */
    private long endedAt(LegSnapshot leg) {
        return observed ? Numbers.or(leg.lastRestEndedAt, Turn.lastBytesAt(leg)) : Turn.lastBytesAt(leg);
    }

    /** Whether the peer has acknowledged the first bytes of the turn: then it had not forgotten the connection. */
    private static boolean tookFirstBytes(LegSnapshot leg) {
        Fact<Long> before = beforeTurn(leg);
        return before != null && Numbers.or(leg.bytesAcknowledged, -1) > before.value();
    }

    /** How much had been sent before the peer's unanswered turn began. */
    private static @Nullable Fact<Long> beforeTurn(LegSnapshot leg) {
        Fact<Long> turn = leg.turnBytesSent;
        return turn == null ? null : Fact.inferred(leg.bytesSent.value() - turn.value());
    }

    /** Whether some of the bytes sent by then are not acknowledged even now: a leg that owes its peer bytes is not idle. */
    private static boolean owed(LegSnapshot leg, @Nullable Fact<Long> sentByThen) {
        Fact<Long> acknowledged = leg.bytesAcknowledged;
        return sentByThen != null && acknowledged != null && acknowledged.value() < sentByThen.value();
    }
}
