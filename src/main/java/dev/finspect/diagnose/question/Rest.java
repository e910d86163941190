package dev.finspect.diagnose.question;

import dev.finspect.diagnose.Snapshot;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
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
    public static @Nullable Rest before(LegRecord leg, long endEpochNanos) {
        Fact<Long> rested = leg.data().turns().lastRest().fact();
        Fact<Long> restEnded = leg.data().turns().lastRestEndedAt().fact();
        Fact<Long> sent = leg.lastSentAt().fact();
        if (sent == null || sent.value() > endEpochNanos) {
            return null;
        }
        long received = Math.max(
                leg.lastReceivedAt().or(Long.MIN_VALUE),
                leg.handshake().establishedAt().or(Long.MIN_VALUE));
        if (rested == null || restEnded == null) {
            return received == Long.MIN_VALUE || owed(leg, beforeTurn(leg))
                    ? null
                    : new Rest(new Fact<>(Math.max(0, sent.value() - received), Source.INFERRED), false);
        }
        boolean endedBySending = received < restEnded.value() && restEnded.value() <= sent.value();
        return endedBySending
                        && !owed(leg, leg.data().turns().lastRestBytesSent().orNull())
                ? new Rest(rested, true)
                : null;
    }

    /**
     * The idle time before the bytes that are not acknowledged; null where it was shorter than a time-out of a peer's, and where
     * nobody saw when the bytes before were sent.
     */
    public static @Nullable Fact<Long> longBefore(Snapshot snapshot, LegRecord leg) {
        if (snapshot.vantage() == Snapshot.Vantage.BESIDE) {
            return null;
        }
        Rest rest = before(leg, snapshot.nowEpochNanos());
        return rest != null
                        && rest.nanos().value()
                                >= snapshot.thresholds().idleBeforeReset().toNanos()
                ? rest.nanos()
                : null;
    }

    /** Whether bytes that ended a long idle time of this leg were answered by the peer's RST. */
    public static boolean endedByReset(Snapshot snapshot, LegRecord leg) {
        CloseMark rst = PeerReset.of(leg);
        if (rst == null
                || Boolean.TRUE.equals(LostRequest.covers(rst, leg))
                || !SessionPhase.endedByPeers(snapshot)
                || !SessionPhase.isOpen(leg)
                || !Turn.isUnanswered(leg)) {
            return false;
        }
        long rstAt = rst.atEpochNanos();
        Rest rest = before(leg, rstAt);
        return rest != null
                && !SendProgress.tookEverything(leg)
                && !leg.data().windows().zeroWindowSince().isKnown()
                && (rest.observed() || !tookFirstBytes(leg))
                && rest.nanos().value()
                        >= snapshot.thresholds().idleBeforeReset().toNanos()
                && rstAt - rest.endedAt(leg) <= SessionPhase.reactionNanos(leg);
    }

    /** When bytes ended it; where that was not seen, the latest bytes. */
    private long endedAt(LegRecord leg) {
        return observed ? leg.data().turns().lastRestEndedAt().or(Turn.lastBytesAt(leg)) : Turn.lastBytesAt(leg);
    }

    /** Whether the peer has acknowledged the first bytes of the turn: then it had not forgotten the connection. */
    private static boolean tookFirstBytes(LegRecord leg) {
        Long before = beforeTurn(leg);
        return before != null && leg.data().flight().bytesAcknowledged().or(-1L) > before;
    }

    /** How much had been sent before the peer's unanswered turn began. */
    private static @Nullable Long beforeTurn(LegRecord leg) {
        Long turn = leg.data().turns().turnBytesSent().orNull();
        return turn == null ? null : (Long) (leg.bytesSent() - turn);
    }

    /** Whether some of the bytes sent by then are not acknowledged even now: a leg that owes its peer bytes is not idle. */
    private static boolean owed(LegRecord leg, @Nullable Long sentByThen) {
        Long acknowledged = leg.data().flight().bytesAcknowledged().orNull();
        return sentByThen != null && acknowledged != null && acknowledged < sentByThen;
    }
}
