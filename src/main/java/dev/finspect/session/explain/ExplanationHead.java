package dev.finspect.session.explain;

import dev.finspect.diagnose.Confidence;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of an explanation places it among others. It takes a fraction of the memory, so that a thousand sessions can be ordered
 * and counted before the first of them is explained.
 *
 * @param accuses whether its worst finding blames a party
 * @param tense of its worst finding; null without any, likewise the next and the cause
 * @param sureness null also for a session that hangs
 * @param sinceEpochNanos of its worst finding; {@link Long#MAX_VALUE} without any
 * @param lastedNanos how long that has lasted
 * @param cause what it has in common with others
 * @param standing see {@link Explanation#standing()}
 */
public record ExplanationHead(
        String id,
        boolean accuses,
        @Nullable Tense tense,
        @Nullable Confidence sureness,
        long sinceEpochNanos,
        long lastedNanos,
        Cause.@Nullable Key cause,
        List<String> standing)
        implements Ranked {
    /** In the order of {@link Explanation#WORST_FIRST}. */
    public static final Comparator<ExplanationHead> WORST_FIRST = Ranked.WORST_FIRST::compare;
}
