package dev.finspect.lifecycle.turn;

import org.jspecify.annotations.Nullable;

/**
 * How soon one end of a conversation answered the other.
 *
 * @param firsts from the last byte of a word to the first of its answer; null without an answer
 * @param wholes from the last byte of a word to the last of its answer, of those answers that are over; null without one
 * @param crossed how often it sent before the other's word can have come
 */
public record Answers(
        @Nullable DurationSummary firsts, @Nullable DurationSummary wholes, long crossed) {
    /** No turn was seen. */
    public static final Answers NONE = new Answers(null, null, 0);

    private static final int FEWEST_CROSSED = 3;
    private static final int ONE_OF = 100;

    /**
     * Whether both ends speak at once, so that a run of bytes is no answer to the one before it: at least three of their runs, and
     * one in a hundred, crossed what the other had sent. A single one may: a refusal that comes during an upload.
     */
    public static boolean interleave(long answered, long crossed) {
        return crossed >= FEWEST_CROSSED && crossed * ONE_OF >= answered + crossed;
    }

    /** How many turns were answered. */
    public long answered() {
        return firsts == null ? 0 : firsts.count();
    }
}
