package dev.finspect.lifecycle.connection;

/** Watches the turns that an endpoint takes in the conversation. */
final class TurnTracker {
    private static final long REST_NANOS = 1_000_000_000L;

    private boolean spoken;
    private long lastAtNanos;
    private long turnBytes;
    private long unansweredTurns;
    private long longestAnswerNanos = -1;
    private long restNanos = -1;
    private long restEndedAtNanos;

    /** When it last sent new bytes; the least of all times while it has not. */
    long lastAtNanos() {
        return spoken ? lastAtNanos : Long.MIN_VALUE;
    }

    /**
     * The endpoint sent so many bytes that are new; {@code other} watches the other end.
     *
     * @param free whether until now nothing was on its way and no window closed: else a silence was no rest
     */
    void spoke(long bytes, long atNanos, TurnTracker other, boolean free) {
        if (other.turnBytes > 0) {
            longestAnswerNanos = Math.max(longestAnswerNanos, Math.max(0, atNanos - other.lastAtNanos));
        } else if (turnBytes > 0 && atNanos - lastAtNanos >= REST_NANOS) {
            unansweredTurns++;
        }
        if (free && (spoken || other.spoken)) {
            rested(
                    Math.max(spoken ? lastAtNanos : other.lastAtNanos, other.spoken ? other.lastAtNanos : lastAtNanos),
                    atNanos);
        }
        turnBytes += bytes;
        other.turnBytes = 0;
        lastAtNanos = atNanos;
        spoken = true;
        other.restNanos = restNanos;
        other.restEndedAtNanos = restEndedAtNanos;
    }

    private void rested(long sinceNanos, long atNanos) {
        if (atNanos - sinceNanos >= REST_NANOS) {
            restNanos = atNanos - sinceNanos;
            restEndedAtNanos = atNanos;
        }
    }

    TurnFacts facts() {
        return new TurnFacts(
                turnBytes,
                unansweredTurns,
                longestAnswerNanos < 0 ? null : longestAnswerNanos,
                restNanos < 0 ? null : restNanos,
                restNanos < 0 ? null : restEndedAtNanos);
    }
}
