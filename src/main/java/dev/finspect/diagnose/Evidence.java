package dev.finspect.diagnose;

import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import org.jspecify.annotations.Nullable;

/**
 * One observed fact that supports a finding.
 *
 * @param clue what was observed
 * @param leg on which leg; null if it is about both or about finspect
 * @param source where the fact comes from
 * @param atEpochNanos when it was so, wall clock, nanoseconds since the Unix epoch; {@link #TIMELESS} where it has no moment
 * @param amount in the clue's unit; 0 where it has none
 * @param text a program's name, an errno, a state; null if the clue has no text
 */
public record Evidence(
        Clue clue,
        @Nullable Leg leg,
        Source source,
        long atEpochNanos,
        long amount,
        @Nullable String text) {
    /** The moment of evidence without a moment. */
    public static final long TIMELESS = Long.MIN_VALUE;

    /** An event, at the moment that is the fact's value. */
    public static Evidence at(Clue clue, @Nullable Leg leg, Fact<Long> atEpochNanos) {
        return new Evidence(clue, leg, atEpochNanos.source(), atEpochNanos.value(), 0, null);
    }

    /** A number in the clue's unit. */
    public static Evidence of(Clue clue, @Nullable Leg leg, Fact<Long> amount) {
        return new Evidence(clue, leg, amount.source(), TIMELESS, amount.value(), null);
    }

    /** A number that was so at a moment. */
    public static Evidence of(Clue clue, @Nullable Leg leg, Fact<Long> amount, long atEpochNanos) {
        return new Evidence(clue, leg, amount.source(), atEpochNanos, amount.value(), null);
    }

    /** A text. */
    public static Evidence word(Clue clue, @Nullable Leg leg, Fact<String> text) {
        return new Evidence(clue, leg, text.source(), TIMELESS, 0, text.value());
    }
}
