package dev.finspect.lifecycle.connection;

import org.jspecify.annotations.Nullable;

/**
 * How an endpoint took its turns in the conversation. Times are wall-clock nanoseconds since the Unix epoch.
 *
 * @param turnBytes bytes it sent since the other end's last bytes
 * @param unansweredTurns how often it went on after a second's pause though the other end had said nothing meanwhile
 * @param longestAnswerNanos the longest time it let pass before it answered, counted from the other end's last bytes; null
 *     until it has answered once
 * @param lastRestNanos how long the latest rest lasted: a second or more without a byte either way, over again; null without
 *     one
 * @param lastRestEndedAtNanos when it ended
 */
public record TurnFacts(
        long turnBytes,
        long unansweredTurns,
        @Nullable Long longestAnswerNanos,
        @Nullable Long lastRestNanos,
        @Nullable Long lastRestEndedAtNanos) {}
