package dev.finspect.kernel.counters;

import java.util.ArrayList;
import java.util.List;

/**
 * The values that one counter has had, each with the times at which it was first and last seen. Many changes are thinned out,
 * the older ones first, so that the memory is bounded. Not thread-safe.
 */
final class CounterHistory {
    static final int MOST = 256;

    private final List<Seen> values = new ArrayList<>();

    /** A value, and when it was seen. */
    private record Seen(long value, long firstNanos, long lastNanos) {}

    /** The counter has this value now; times must not decrease. */
    void seen(long value, long nowEpochNanos) {
        Seen last = values.isEmpty() ? null : values.get(values.size() - 1);
        if (last != null && last.value() == value) {
            values.set(values.size() - 1, new Seen(value, last.firstNanos(), nowEpochNanos));
            return;
        }
        if (last != null && value < last.value()) {
            values.clear(); // Another kernel or namespace; what was counted before says nothing.
        }
        if (values.size() == MOST) {
            thin();
        }
        values.add(new Seen(value, nowEpochNanos, nowEpochNanos));
    }

    /** Of the older half, every second one goes. */
    private void thin() {
        for (int i = MOST / 2 - 1; i > 0; i -= 2) {
            values.remove(i);
        }
    }

    /** By how much it grew between these times, at least: from the first value seen in that time to the last. */
    long growth(long fromEpochNanos, long toEpochNanos) {
        List<Seen> then = values.stream()
                .filter(each -> each.lastNanos() >= fromEpochNanos && each.firstNanos() <= toEpochNanos)
                .toList();
        return then.isEmpty()
                ? 0
                : then.get(then.size() - 1).value() - then.get(0).value();
    }

    /** The latest value; 0 before the first. */
    long latest() {
        return values.isEmpty() ? 0 : values.get(values.size() - 1).value();
    }
}
