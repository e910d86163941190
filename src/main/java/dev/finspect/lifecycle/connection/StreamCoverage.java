package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.ByteRanges;

/**
 * Which part of the byte stream of one endpoint was captured, and which was acknowledged. Sequence numbers are converted to 64-bit
 * positions: 0 is the first byte after the SYN, or without a SYN the first byte that was captured or acknowledged. A FIN counts as
 * one byte.
 *
 * <pre>
 *  0 ............ next ..... gap ..... [island] ... gap ... [island] highest
 *  captured without a gap                captured beyond a gap
 * </pre>
 */
final class StreamCoverage {
    /** The largest window (RFC 7323 section 2.3); a sequence number further away does not belong to this stream. */
    private static final int FURTHEST = 1 << 30;

    private boolean started;
    private int base;
    /** End of the part captured without a gap. */
    private long next;
    /** End of everything captured. */
    private long highest;
    /** Ranges captured beyond a gap. */
    private final ByteRanges islands = new ByteRanges();
    /** Position up to which the other endpoint acknowledged. */
    private long acknowledged;

    /** Whether any sequence number of the stream is known. */
    boolean started() {
        return started;
    }

    /** Whether this is the number of the SYN before it. */
    boolean beginsAfter(int initialSequenceNumber) {
        return base == initialSequenceNumber + 1;
    }

    /** Sets the start of the stream by a SYN, unless bytes have already set it. */
    void beginAfterSyn(int initialSequenceNumber) {
        if (!started || highest == 0) {
            started = true;
            if (base != initialSequenceNumber + 1) {
                base = initialSequenceNumber + 1;
                acknowledged = 0;
            }
        }
    }

    /** Begins with this number, unless the start is known. */
    void beginAt(int number) {
        if (!started) {
            started = true;
            base = number;
        }
    }

    /** The position of a sequence number: that which is nearest to {@link #reached}. */
    long position(int number) {
        long reference = reached();
        return reference + (number - (base + (int) reference));
    }

    /** The end of all that is known of the stream, by its bytes or by an acknowledgment. */
    long reached() {
        return Math.max(highest, acknowledged);
    }

    /** Whether the position is too far away for this stream. */
    boolean isFar(long position) {
        return Math.abs(position - reached()) > FURTHEST;
    }

    /** Whether the position is too far beyond all that is known. */
    boolean isFarBeyond(long position) {
        return position - reached() > FURTHEST;
    }

    /** Whether two sequence numbers are too far from each other for one stream. */
    static boolean areFar(int one, int other) {
        return Math.abs(one - other) > FURTHEST;
    }

    /** End of everything captured. */
    long highest() {
        return highest;
    }

    /** End of what was captured without a gap. */
    long next() {
        return next;
    }

    /** Position up to which the other endpoint acknowledged. */
    long acknowledged() {
        return acknowledged;
    }

    /** The same as a sequence number. */
    int acknowledgedNumber() {
        return base + (int) acknowledged;
    }

    /** Whether something was captured beyond a gap. */
    boolean hasGap() {
        return !islands.isEmpty();
    }

    /** Up to where everything is captured or acknowledged. */
    long whole() {
        return islands.wholeFrom(Math.max(next, acknowledged));
    }

    /** How many bytes are missing before the first that were captured beyond that; 0 where none are missing. */
    long gapBytes() {
        return islands.gapAfter(whole());
    }

    /** Whether a position that was captured lies behind missing bytes. */
    boolean isBehindGap(long position) {
        return !islands.isEmpty() && position > whole();
    }

    /** Whether something was captured beyond that. */
    boolean isHole() {
        return !islands.isEmpty() && islands.highest() > whole();
    }

    /** Marks a range as captured; returns how much of it is new. */
    long cover(long from, long to) {
        highest = Math.max(highest, to);
        long start = Math.max(from, next);
        if (start >= to) {
            return 0;
        }
        if (islands.isEmpty()) {
            if (start == next) {
                next = to;
                return to - start;
            }
            return islands.add(start, to);
        }
        long fresh = islands.add(start, to);
        if (islands.start(0) <= next) {
            next = islands.removeFirst();
        }
        return fresh;
    }

    /** Processes an acknowledgment of the other endpoint; returns whether it advances. */
    boolean acknowledge(int number) {
        if (!started) {
            beginAt(number);
            return false;
        }
        long position = position(number);
        if (position <= acknowledged || isFarBeyond(position)) {
            return false;
        }
        acknowledged = position;
        return true;
    }

    /** Acknowledged bytes never captured; other skipped bytes; and the number of gaps with acknowledged bytes. */
    long[] holes() {
        // Of closed gaps only their sum is known: acknowledged are at most the bytes up to there.
        long missed = acknowledged >= islands.forgottenTo()
                ? islands.forgotten()
                : Math.min(islands.forgotten(), Math.max(0, acknowledged - islands.forgottenFrom()));
        long unseen = islands.forgotten() - missed;
        long pieces = missed > 0 ? 1 : 0;
        long from = next;
        for (int i = 0; i <= islands.count(); i++) {
            long to = i < islands.count() ? islands.start(i) : Math.max(from, acknowledged);
            long gone = Math.max(0, Math.min(to, acknowledged) - from);
            missed += gone;
            pieces += gone > 0 ? 1 : 0;
            unseen += to - from - gone;
            from = i < islands.count() ? islands.end(i) : to;
        }
        return new long[] {missed, unseen, pieces};
    }
}
