package dev.finspect.lifecycle;

import java.util.Arrays;

/**
 * The parts of a stream beyond its first gap: byte ranges in ascending order that neither overlap nor touch. At most {@value
 * #MOST}; one more closes the lowest gap, whose bytes are counted in {@link #forgotten()}.
 */
public final class ByteRanges {
    public static final int MOST = 128;

    private static final int LEAST = 8;
    private static final long[] NONE = {};

    /** Start and end of each range. */
    private long[] bounds = NONE;

    private int count;
    private long forgotten;
    private long forgottenFrom;
    private long forgottenTo;

    public boolean isEmpty() {
        return count == 0;
    }

    public int count() {
        return count;
    }

    public long start(int index) {
        return bounds[2 * index];
    }

    public long end(int index) {
        return bounds[2 * index + 1];
    }

    /** End of the last range; only if there is one. */
    public long highest() {
        return bounds[2 * count - 1];
    }

    /** Bytes in gaps that were closed because there were too many ranges. */
    public long forgotten() {
        return forgotten;
    }

    /** Start of the lowest gap that was closed because there were too many ranges; 0 without one. */
    public long forgottenFrom() {
        return forgottenFrom;
    }

    /** End of the highest gap that was closed because there were too many ranges; 0 without one. */
    public long forgottenTo() {
        return forgottenTo;
    }

    /** Bytes in all ranges. */
    public long bytes() {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += end(i) - start(i);
        }
        return sum;
    }

    public void clear() {
        count = 0;
    }

    /** Removes the first range and returns its end. */
    public long removeFirst() {
        long end = end(0);
        System.arraycopy(bounds, 2, bounds, 0, 2 * (count - 1));
        count--;
        return end;
    }

    /** Adds {@code [from, to)} and returns how many of these bytes are new. */
    public long add(long from, long to) {
        if (count > 0 && from == highest()) {
            bounds[2 * count - 1] = to;
            return to - from;
        }
        int first = count;
        while (first > 0 && end(first - 1) >= from) {
            first--;
        }
        int behind = first;
        long fresh = to - from;
        long start = from;
        long end = to;
        while (behind < count && start(behind) <= to) {
            fresh -= Math.max(0, Math.min(to, end(behind)) - Math.max(from, start(behind)));
            start = Math.min(start, start(behind));
            end = Math.max(end, end(behind));
            behind++;
        }
        replace(first, behind, start, end);
        if (count > MOST) {
            forgottenFrom = forgotten == 0 ? end(0) : Math.min(forgottenFrom, end(0));
            forgotten += start(1) - end(0);
            forgottenTo = Math.max(forgottenTo, start(1));
            bounds[2] = bounds[0];
            removeFirst();
        }
        return fresh;
    }

    /** Replaces the ranges from {@code first} to before {@code behind} by one. */
    private void replace(int first, int behind, long start, long end) {
        int newCount = count - (behind - first) + 1;
        if (2 * newCount > bounds.length) {
            bounds = Arrays.copyOf(bounds, Math.max(LEAST, 2 * bounds.length));
        }
        System.arraycopy(bounds, 2 * behind, bounds, 2 * (first + 1), 2 * (count - behind));
        bounds[2 * first] = start;
        bounds[2 * first + 1] = end;
        count = newCount;
    }

    /** Up to where there is no gap from this position on. */
    public long wholeFrom(long position) {
        long whole = position;
        for (int i = 0; i < count() && start(i) <= whole; i++) {
            whole = Math.max(whole, end(i));
        }
        return whole;
    }

    /** How far it is from this position to the first range that begins behind it; 0 without one. */
    public long gapAfter(long position) {
        for (int i = 0; i < count(); i++) {
            if (start(i) > position) {
                return start(i) - position;
            }
        }
        return 0;
    }
}
