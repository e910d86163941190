package dev.finspect.session.watch;

import dev.finspect.record.Habit;
import dev.finspect.session.live.LegTraffic;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * How a route's service deals with its clients' words, in all sessions: which it answers and how soon, and which need no answer.
 * Words are distinguished by their size, in powers of four, and by whether they are the first of their session. Any thread.
 */
final class WordHabits implements LegTraffic.Words {
    private static final int SIZES = 16;
    private static final int CLASSES = 2 * SIZES;

    private final Silences silences = new Silences();
    private final LongAdder[] answered = adders();
    private final LongAdder[] unanswered = adders();
    private final AtomicLongArray longestNanos = new AtomicLongArray(CLASSES);

    private static LongAdder[] adders() {
        return Stream.generate(LongAdder::new).limit(CLASSES).toArray(LongAdder[]::new);
    }

    @Override
    public void answered(long bytes, boolean first, long sinceNanos, long atNanos) {
        silences.answered(atNanos);
        long nanos = atNanos - sinceNanos;
        int at = classOf(bytes, first);
        answered[at].increment();
        if (nanos > longestNanos.get(at)) {
            longestNanos.accumulateAndGet(at, nanos, Math::max);
        }
    }

    /** The sessions that wait for an answer. */
    Silences silences() {
        return silences;
    }

    /** A session ended cleanly and left this word without an answer. */
    void leftUnanswered(long bytes, boolean first) {
        unanswered[classOf(bytes, first)].increment();
    }

    /** What is known of words like this one. */
    Habit of(long bytes, boolean first) {
        int at = classOf(bytes, first);
        return new Habit(answered[at].sum(), unanswered[at].sum(), longestNanos.get(at));
    }

    /** The longest time that an answer to words like this one took, nanoseconds; 0 without any. */
    long longestAnswerNanos(long bytes, boolean first) {
        return longestNanos.get(classOf(bytes, first));
    }

    private static int classOf(long bytes, boolean first) {
        int size = Math.min(SIZES - 1, (Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, bytes))) / 2);
        return first ? size : SIZES + size;
    }
}
