package dev.finspect.lifecycle.turn;

import org.jspecify.annotations.Nullable;

/**
 * Counts how soon one end of a conversation answers the other: from the last byte of a word, which is a run of bytes one way, to the
 * first byte of the run the other way, and to its last. Times are nanoseconds of one clock. Not safe for several threads.
 *
 * <p>What is sent before the other end's word can have come is no answer to it: such turns are counted apart.
 */
public final class AnswerTimes {
    private static final long NEVER = Long.MIN_VALUE;

    private @Nullable DurationCounts firsts;
    private @Nullable DurationCounts wholes;
    private long crossed;
    private long crossedTaken;
    /** When the last byte of the word was sent to which an answer comes now; {@link #NEVER} while none comes. */
    private long askedAtNanos = NEVER;

    /** The first byte of an answer came; {@code askedNanos}: when the last byte of the word was sent. */
    public void answered(long askedNanos, long atNanos) {
        DurationCounts counts = firsts;
        if (counts == null) {
            counts = new DurationCounts();
            firsts = counts;
        }
        counts.add(atNanos - askedNanos);
        askedAtNanos = askedNanos;
    }

    /** The first byte came of what can be no answer. */
    public void crossed() {
        crossed++;
        askedAtNanos = NEVER;
    }

    /** The answer that comes now is not known to be one, or to be whole: its end is not counted. */
    public void interrupted() {
        askedAtNanos = NEVER;
    }

    /** The answer that came, if one did, is over with its last byte at {@code lastNanos}. */
    public void over(long lastNanos) {
        if (askedAtNanos != NEVER) {
            DurationCounts counts = wholes;
            if (counts == null) {
                counts = new DurationCounts();
                wholes = counts;
            }
            counts.add(lastNanos - askedAtNanos);
            askedAtNanos = NEVER;
        }
    }

    /** Memory that the counts take, by estimate. */
    public long estimateBytes() {
        return (firsts == null ? 0 : firsts.estimateBytes()) + (wholes == null ? 0 : wholes.estimateBytes());
    }

    /** How many turns were answered. */
    public long answers() {
        return firsts == null ? 0 : firsts.count();
    }

    /** How many were crossed. */
    public long crossings() {
        return crossed;
    }

    /** Whether it does not wait for the other end's words, as {@link Answers#interleave} says. */
    public boolean interleaved() {
        return Answers.interleave(answers(), crossed);
    }

    /** How long they took so far. */
    public Answers summary() {
        return new Answers(firsts == null ? null : firsts.summary(), wholes == null ? null : wholes.summary(), crossed);
    }

    /** The times to the first byte that were counted since the last call; null without any. */
    public @Nullable DurationBatch takeFirsts() {
        return firsts == null ? null : firsts.take();
    }

    /** The times to the last byte that were counted since the last call; null without any. */
    public @Nullable DurationBatch takeWholes() {
        return wholes == null ? null : wholes.take();
    }

    /** How many were crossed since the last call. */
    public long takeCrossings() {
        long fresh = crossed - crossedTaken;
        crossedTaken = crossed;
        return fresh;
    }
}
