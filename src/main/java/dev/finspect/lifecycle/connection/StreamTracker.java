package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.ByteRanges;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;

/**
 * Tracks the byte stream that one endpoint sent. Sequence numbers are converted to 64-bit positions: 0 is the first byte after
 * the SYN, or without a SYN the first byte that was captured or acknowledged.
 *
 * <pre>
 *  0 ............ next ..... gap ..... [island] ... gap ... [island] highest
 *  captured without a gap                captured beyond a gap
 * </pre>
 */
final class StreamTracker {
    /** The largest window (RFC 7323 section 2.3); a sequence number further away does not belong to this stream. */
    private static final int FURTHEST = 1 << 30;

    private boolean started;
    private int base;
    /** End of the part captured without a gap. */
    private long next;
    /** End of everything captured; a FIN counts as one. */
    private long highest;
    /** Ranges captured beyond a gap. */
    private final ByteRanges islands = new ByteRanges();
    /** Position up to which the other endpoint acknowledged. */
    private long acknowledged;

    private boolean acknowledgmentSeen;

    private boolean finSeen;
    private long finAt;
    private int lastStray;
    private boolean strayed;

    private final SegmentCounts counts = new SegmentCounts();
    private long uniqueBytes;
    private long retransmittedSegments;
    private long retransmittedBytes;
    private long outOfOrderSegments;
    private long keepAlives;
    private long zeroWindowProbes;
    private long straySegments;
    private long firstByteAtNanos;
    private long lastByteAtNanos;

    SegmentCounts counts() {
        return counts;
    }

    /** Whether any sequence number of this stream is known. */
    boolean started() {
        return started;
    }

    /** Whether this is the number of its SYN. */
    boolean beginsAfter(int initialSequenceNumber) {
        return base == initialSequenceNumber + 1;
    }

    /** Whether anything is unacknowledged. */
    boolean inFlight() {
        return highest > acknowledged;
    }

    /** Number of unacknowledged bytes; a FIN counts as one. */
    long unacknowledged() {
        return Math.max(0, highest - acknowledged);
    }

    /** Whether this segment contains the first unacknowledged byte or FIN. */
    boolean hasOldest(TcpSegment segment) {
        long from = position(segment.sequenceNumber() + (segment.has(TcpFlags.SYN) ? 1 : 0));
        long to = from + segment.payloadBytes() + (segment.has(TcpFlags.FIN) ? 1 : 0);
        return from <= acknowledged && to > acknowledged;
    }

    /** Keep-alives and zero-window probes so far. */
    long probes() {
        return keepAlives + zeroWindowProbes;
    }

    /** Whether the other endpoint has acknowledged anything. */
    boolean hasAcknowledgment() {
        return acknowledgmentSeen;
    }

    boolean finSeen() {
        return finSeen;
    }

    /** Whether the FIN was captured and everything before it was captured or acknowledged, so that its receiver can process it. */
    boolean wholeToFin() {
        if (!finSeen) {
            return false;
        }
        long whole = Math.max(next, acknowledged);
        for (int i = 0; i < islands.count() && islands.start(i) <= whole; i++) {
            whole = Math.max(whole, islands.end(i));
        }
        return whole >= finAt;
    }

    /** Whether the FIN was acknowledged. */
    boolean finAcknowledged() {
        return finSeen && acknowledged > finAt;
    }

    /** Whether this acknowledgment covers the FIN. */
    boolean coversFin(int acknowledgment) {
        return finSeen && position(acknowledgment) > finAt;
    }

    /** The sequence number up to which the other endpoint has acknowledged. */
    int acknowledgedNumber() {
        return base + (int) acknowledged;
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

    /** Processes a segment that is no RST; returns the number of bytes that were not captured before. */
    long segment(TcpSegment segment, boolean peerWindowClosed) {
        boolean syn = segment.has(TcpFlags.SYN);
        boolean fin = segment.has(TcpFlags.FIN);
        int number = syn ? segment.sequenceNumber() + 1 : segment.sequenceNumber();
        int bytes = segment.payloadBytes();
        if (!started) {
            started = true;
            base = number;
        }
        if (bytes == 0 && !fin) {
            if (!syn) {
                noticeKeepAlive(number);
            }
            return 0;
        }
        long from = position(number);
        if (isStray(number, from)) {
            straySegments++;
            return 0;
        }
        if (bytes == 1 && !syn && !fin && isProbe(from, peerWindowClosed)) {
            return 0;
        }
        long fresh = bytes > 0 ? data(from, from + bytes, segment.atNanos()) : 0;
        if (fin) {
            fin(from + bytes);
        }
        return fresh;
    }

    private void noticeKeepAlive(int number) {
        if (highest > 0 && position(number) == highest - 1 && !finSeen) {
            keepAlives++;
        }
    }

    /** Whether a single byte is a keep-alive (the byte before the next) or a zero-window probe. */
    private boolean isProbe(long from, boolean peerWindowClosed) {
        if (peerWindowClosed && (from == highest || from == highest - 1)) {
            zeroWindowProbes++;
            return from < highest;
        }
        if (from == highest - 1 && !finSeen) {
            keepAlives++;
            return true;
        }
        return false;
    }

    /** Whether a segment is too far away; after two such segments close to each other, the capture must have missed a part. */
    private boolean isStray(int number, long from) {
        if (Math.abs(from - Math.max(highest, acknowledged)) <= FURTHEST) {
            strayed = false;
            return false;
        }
        boolean agrees = strayed && Math.abs(number - lastStray) <= FURTHEST;
        strayed = true;
        lastStray = number;
        return !agrees;
    }

    private long data(long from, long to, long atNanos) {
        boolean before = from < highest;
        long fresh = cover(from, to);
        long seenBefore = to - from - fresh;
        if (seenBefore > 0) {
            retransmittedSegments++;
            retransmittedBytes += seenBefore;
        } else if (before) {
            outOfOrderSegments++;
        }
        if (fresh > 0) {
            if (uniqueBytes == 0) {
                firstByteAtNanos = atNanos;
            }
            uniqueBytes += fresh;
            lastByteAtNanos = atNanos;
        }
        return fresh;
    }

    private void fin(long at) {
        if (!finSeen) {
            finSeen = true;
            finAt = at;
        }
        if (at == finAt) {
            cover(at, at + 1);
        }
    }

    /** Marks a range as captured; returns how much of it is new. */
    private long cover(long from, long to) {
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
        acknowledgmentSeen = true;
        if (!started) {
            started = true;
            base = number;
            return false;
        }
        long position = position(number);
        if (position <= acknowledged || position - Math.max(highest, acknowledged) > FURTHEST) {
            return false;
        }
        acknowledged = position;
        return true;
    }

    private long position(int number) {
        long reference = Math.max(highest, acknowledged);
        return reference + (number - (base + (int) reference));
    }

    /** Acknowledged bytes never captured; other skipped bytes; and the number of gaps with acknowledged bytes. */
    private long[] holes() {
        long missed = islands.forgotten();
        long unseen = 0;
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

    StreamFacts facts() {
        long[] holes = holes();
        return new StreamFacts(
                counts.segments(),
                counts.ipBytes(),
                counts.payloadBytes(),
                uniqueBytes,
                counts.dataSegments(),
                retransmittedSegments,
                retransmittedBytes,
                outOfOrderSegments,
                holes[0],
                holes[2],
                holes[1],
                Math.max(0, finSeen ? Math.min(acknowledged, finAt) : acknowledged),
                counts.pureAcks(),
                counts.duplicateAcks(),
                keepAlives,
                zeroWindowProbes,
                uniqueBytes == 0 ? null : firstByteAtNanos,
                uniqueBytes == 0 ? null : lastByteAtNanos,
                straySegments,
                counts.wrongChecksums(),
                counts.urgent(),
                counts.leastTtl(),
                counts.greatestTtl());
    }
}
