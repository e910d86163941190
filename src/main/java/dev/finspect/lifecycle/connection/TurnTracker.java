package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.turn.AnswerTimes;
import dev.finspect.lifecycle.turn.Answers;
import org.jspecify.annotations.Nullable;

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
    private @Nullable AnswerTimes answers;

    /** Time of its last new bytes; {@link Long#MIN_VALUE} if there are none. */
    long lastAtNanos() {
        return hasSent ? lastAtNanos : Long.MIN_VALUE;
    }

    /**
     * Processes new bytes of the endpoint; {@code other} tracks the other endpoint.
     *
     * @param crossed whether the endpoint had not received the other one's last bytes when it sent these
     * @param free whether until now nothing was in flight and no window was closed; otherwise a silence does not count as a rest
     */
    void bytesSent(long bytes, long atNanos, TurnTracker other, boolean crossed, boolean free) {
        if (other.turnBytes > 0) {
            other.answeredTurns++;
            answered(atNanos, other, crossed);
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

    /** Answers the other endpoint, whose answer before is over. */
    private void answered(long atNanos, TurnTracker other, boolean crossed) {
        AnswerTimes mine = answers;
        if (mine == null) {
            mine = new AnswerTimes();
            answers = mine;
        }
        AnswerTimes others = other.answers;
        if (crossed) {
            mine.crossed();
        } else {
            mine.answered(Math.min(atNanos, other.lastAtNanos), atNanos);
        }
        if (others != null && crossed) {
            others.interrupted();
        } else if (others != null) {
            others.over(other.lastAtNanos);
        }
    }

    private void rested(long sinceNanos, long atNanos) {
        if (atNanos - sinceNanos >= REST_NANOS) {
            restNanos = atNanos - sinceNanos;
            restEndedAtNanos = atNanos;
        }
    }

    /** An originator asks: how long its whole word took is not the length of an answer. */
    private static Answers answers(Answers all, Endpoint role) {
        return role == Endpoint.ORIGINATOR ? new Answers(all.firsts(), null, all.crossed()) : all;
    }

    TurnFacts facts(Endpoint role) {
        return new TurnFacts(
                turnBytes,
                role == Endpoint.ORIGINATOR ? unansweredBeforeFirstAnswer : unansweredTurns,
                longestAnswerNanos < 0 ? null : longestAnswerNanos,
                restNanos < 0 ? null : restNanos,
                restNanos < 0 ? null : restEndedAtNanos,
                turnBytes == 0 ? null : (Long) turnSinceNanos,
                answeredTurns,
                answers == null ? null : answers(answers.summary(), role));
    }
}
