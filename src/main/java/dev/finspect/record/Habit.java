package dev.finspect.record;

/**
 * How a route's service has dealt so far with words like the one that it has not answered: of about the same size (the same
 * power of four), and as this one the first of their session or a later one.
 *
 * @param answered how many it answered
 * @param unanswered how many were without an answer when their session ended cleanly: they needed none
 * @param longestAnswerNanos the longest time from a word's first byte to its answer; 0 where none was answered
 */
public record Habit(long answered, long unanswered, long longestAnswerNanos) {
    /** So many words make a habit of a route. */
    private static final long WORDS = 20;

    /** Whether it has answered many, and left none unanswered. */
    public boolean isToAnswer() {
        return answered >= WORDS && unanswered == 0;
    }
}
