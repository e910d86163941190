package dev.finspect.diagnose;

import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import org.jspecify.annotations.Nullable;

/**
 * One observed fact that speaks for a finding.
 *
 * @param clue what was observed
 * @param leg where; null where it is about both legs or about finspect
 * @param source who says so
 * @param atEpochNanos when it was so, wall clock, nanoseconds since the Unix epoch; {@link #TIMELESS} where it has no moment
 * @param amount in the clue's unit; 0 where it has none
 * @param text the clue's word (a program's name, an errno, a state); null where it has none
 */
public record Evidence(
        Clue clue,
        @Nullable Leg leg,
        Source source,
        long atEpochNanos,
        long amount,
        @Nullable String text) {
    /** Says that a piece of evidence has no moment. */
    public static final long TIMELESS = Long.MIN_VALUE;

    /** What happened at the moment that the fact holds. */
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

    /** A word. */
    public static Evidence word(Clue clue, @Nullable Leg leg, Fact<String> text) {
        return new Evidence(clue, leg, text.source(), TIMELESS, 0, text.value());
    }
}
