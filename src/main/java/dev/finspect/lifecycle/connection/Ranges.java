package dev.finspect.lifecycle.connection;

import java.util.Arrays;

/**
 * Pieces of a stream that lie beyond its first gap: sorted, disjoint, not touching. Holds at most {@value #MOST}; one more
 * closes the lowest hole, whose bytes are counted as {@link #forgotten()}.
 */
final class Ranges {
    static final int MOST = 128;

    private static final int LEAST = 8;
    private static final long[] NONE = {};

    /** Start and end of each piece. */
    private long[] bounds = NONE;

    private int count;
    private long forgotten;

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    long start(int index) {
        return bounds[2 * index];
    }

    long end(int index) {
        return bounds[2 * index + 1];
    }

    /** Behind the last piece; only when there is one. */
    long highest() {
        return bounds[2 * count - 1];
    }

    /** Bytes of holes that were closed for want of room. */
    long forgotten() {
        return forgotten;
    }

    /** Bytes in all pieces. */
    long bytes() {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += end(i) - start(i);
        }
        return sum;
    }

    void clear() {
        count = 0;
    }

    /** Drops the first piece and answers its end. */
    long removeFirst() {
        long end = end(0);
        System.arraycopy(bounds, 2, bounds, 0, 2 * (count - 1));
        count--;
        return end;
    }

    /** Adds {@code [from, to)} and answers how much of it is new. */
    long add(long from, long to) {
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
            forgotten += start(1) - end(0);
            bounds[2] = bounds[0];
            removeFirst();
        }
        return fresh;
    }

    /** Puts one piece in the place of those from {@code first} to before {@code behind}. */
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
}
