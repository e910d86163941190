package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.turn.Answers;
import org.jspecify.annotations.Nullable;

/**
 * The turns of an endpoint in the conversation. Times are wall-clock nanoseconds since the Unix epoch.
 *
 * @param turnBytes bytes that it sent since the other endpoint's last bytes
 * @param unansweredTurns how often it sent more after a pause of a second without bytes from the other endpoint; the
 *     originator's are counted only until it is first answered
 * @param longestAnswerNanos longest time from the other endpoint's last bytes to its answer; null before its first answer
 * @param lastRestNanos duration of the last rest that has ended: a second or more without bytes in either direction; null if there was none
 * @param lastRestEndedAtNanos end of that rest
 * @param turnSinceNanos when the first byte of {@code turnBytes} was sent; null while there is none
 * @param answeredTurns how often the other endpoint sent bytes after some of this one
 * @param answers how soon it answered the other endpoint, turn by turn; null before its first answer
 */
public record TurnFacts(
        long turnBytes,
        long unansweredTurns,
        @Nullable Long longestAnswerNanos,
        @Nullable Long lastRestNanos,
        @Nullable Long lastRestEndedAtNanos,
        @Nullable Long turnSinceNanos,
        long answeredTurns,
        @Nullable Answers answers) {}
