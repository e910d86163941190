package dev.finspect.lifecycle.connection;

/** Tracks the turns of an endpoint in the conversation: who sent bytes after whom, and the pauses. */
final class TurnTracker {
    private static final long REST_NANOS = 1_000_000_000L;

    private boolean hasSent;
    private long turnSinceNanos;
    private long answeredTurns;
    private long lastAtNanos;
    private long turnBytes;
    private long unansweredTurns;
    private long unansweredBeforeFirstAnswer;
    private long longestAnswerNanos = -1;
    private long restNanos = -1;
    private long restEndedAtNanos;

    /** Time of its last new bytes; {@link Long#MIN_VALUE} if there are none. */
    long lastAtNanos() {
        return hasSent ? lastAtNanos : Long.MIN_VALUE;
    }

    /**
     * Processes new bytes of the endpoint; {@code other} tracks the other endpoint.
     *
     * @param free whether until now nothing was in flight and no window was closed; otherwise a silence does not count as a rest
     */
    void bytesSent(long bytes, long atNanos, TurnTracker other, boolean free) {
        if (other.turnBytes > 0) {
            other.answeredTurns++;
            longestAnswerNanos = Math.max(longestAnswerNanos, Math.max(0, atNanos - other.lastAtNanos));
        } else if (turnBytes > 0 && atNanos - lastAtNanos >= REST_NANOS) {
            unansweredTurns++;
            unansweredBeforeFirstAnswer += answeredTurns == 0 ? 1 : 0;
        }
        if (free && (hasSent || other.hasSent)) {
            rested(
                    Math.max(
                            hasSent ? lastAtNanos : other.lastAtNanos, other.hasSent ? other.lastAtNanos : lastAtNanos),
                    atNanos);
        }
        turnSinceNanos = turnBytes == 0 ? atNanos : turnSinceNanos;
        turnBytes += bytes;
        other.turnBytes = 0;
        lastAtNanos = atNanos;
        hasSent = true;
        other.restNanos = restNanos;
        other.restEndedAtNanos = restEndedAtNanos;
    }

    private void rested(long sinceNanos, long atNanos) {
        if (atNanos - sinceNanos >= REST_NANOS) {
            restNanos = atNanos - sinceNanos;
            restEndedAtNanos = atNanos;
        }
    }

    TurnFacts facts(Endpoint role) {
        return new TurnFacts(
                turnBytes,
                role == Endpoint.ORIGINATOR ? unansweredBeforeFirstAnswer : unansweredTurns,
                longestAnswerNanos < 0 ? null : longestAnswerNanos,
                restNanos < 0 ? null : restNanos,
                restNanos < 0 ? null : restEndedAtNanos,
                turnBytes == 0 ? null : (Long) turnSinceNanos,
                answeredTurns);
    }
}
