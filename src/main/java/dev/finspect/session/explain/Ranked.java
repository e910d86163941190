package dev.finspect.session.explain;

import dev.finspect.diagnose.Confidence;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** A session as it is placed among others when they are explained. */
interface Ranked {
    /** Sessions that hang before others, the longest first; sessions in which nothing is wrong last. */
    Comparator<Ranked> WORST_FIRST = Comparator.comparing((Ranked each) -> !each.accuses())
            .thenComparing(Ranked::tense, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(Ranked::sureness, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparingLong(Ranked::sinceEpochNanos)
            .thenComparing(Ranked::id);

    /** The session's id. */
    String id();

    /** Whether its worst finding blames a party. */
    boolean accuses();

    /** Of its worst finding; null without any. */
    @Nullable
    Tense tense();

    /** Null for a session that hangs: of these the longest comes first, of others the surest. */
    @Nullable
    Confidence sureness();

    /** Of its worst finding; {@link Long#MAX_VALUE} without any. */
    long sinceEpochNanos();
}
