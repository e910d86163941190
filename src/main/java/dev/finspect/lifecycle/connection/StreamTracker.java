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

    private static final long NEVER = Long.MIN_VALUE;

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
    /** The highest position of a segment without bytes: its sender has sent everything before it. */
    private long sentBefore;

    private boolean finSeen;
    private long finAt;
    private int lastStray;
    private boolean strayed;

    private final SegmentCounts counts = new SegmentCounts();
    private long uniqueBytes;
    /** New bytes that the receiver can read and that {@link #takeReadable} has not returned yet. */
    private long readableBytes;
    /** New bytes behind missing ones. */
    private long waitingBytes;

    private long retransmittedSegments;
    private long retransmittedBytes;
    private long retransmittedBareFins;
    private long outOfOrderSegments;
    private long keepAlives;
    private long zeroWindowProbes;
    private long straySegments;
    private long firstByteAtNanos;
    private long lastByteAtNanos;
    private long lastInOrderAtNanos = NEVER;
    private long aheadAtNanos = NEVER;
    private long holeSinceNanos = NEVER;

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

    /** Whether no byte and no FIN was captured. */
    boolean isUnsent() {
        return highest == 0;
    }

    /** Whether anything before this number was not captured. */
    boolean hasGapBefore(int number) {
        return started && (!islands.isEmpty() || position(number) > next);
    }

    /**
     * Whether bytes are known to be missing in the capture, by an acknowledgment or by a number of their sender. A capture of
     * headers without payload segments misses all.
     */
    boolean hasMissed() {
        return !islands.isEmpty() || Math.max(sentBefore, acknowledged) > next;
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

    /** Keep-alives so far. */
    long keepAlives() {
        return keepAlives;
    }

    /** Zero-window probes so far. */
    long zeroWindowProbes() {
        return zeroWindowProbes;
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
        return whole() >= finAt;
    }

    /** Whether the FIN was acknowledged. */
    boolean finAcknowledged() {
        return finSeen && acknowledged > finAt;
    }

    /** Whether this acknowledgment covers the FIN. */
    boolean coversFin(int acknowledgment) {
        return finSeen && position(acknowledgment) > finAt;
    }

    /** Bytes of the stream before this number, without the FIN; 0 for a number before them, -1 if the stream is unknown. */
    long bytesBefore(int number) {
        if (!started) {
            return -1;
        }
        long position = Math.max(0, position(number));
        return finSeen ? Math.min(position, finAt) : position;
    }

    /** Whether this is the number of the FIN. */
    boolean isFin(int number) {
        return finSeen && position(number) == finAt;
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
                noticeProbe(number, peerWindowClosed);
                sentBefore(position(number));
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
            fin(from + bytes, bytes == 0);
        }
        return fresh;
    }

    private void sentBefore(long position) {
        if (position - Math.max(highest, acknowledged) <= FURTHEST) {
            sentBefore = Math.max(sentBefore, position);
        }
    }

    /**
     * A segment without a byte that has the number before the next is a keep-alive (RFC 9293 section 3.8.4), also before the first
     * byte: it has the number of the SYN then. Against a closed window it is a probe of that window (section 3.8.6.1): Linux
     * probes so.
     */
    private void noticeProbe(int number, boolean peerWindowClosed) {
        if (position(number) != Math.max(highest, acknowledged) - 1 || finSeen) {
            return;
        }
        if (peerWindowClosed) {
            zeroWindowProbes++;
        } else {
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
        long wholeBefore = whole();
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
            arrived(to, wholeBefore, fresh, atNanos);
        }
        return fresh;
    }

    /** New bytes came: either the receiver can read some of them now, or they wait behind missing ones. */
    private void arrived(long to, long wholeBefore, long fresh, long atNanos) {
        if (whole() > wholeBefore || to <= wholeBefore) {
            readableBytes += fresh;
            waitingIsReadable();
            lastInOrderAtNanos = atNanos;
            // What is missing now lies further on.
            holeSinceNanos = isHole() ? atNanos : NEVER;
            aheadAtNanos = isHole() ? aheadAtNanos : NEVER;
        } else {
            waitingBytes += fresh;
            aheadAtNanos = atNanos;
            holeSinceNanos = holeSinceNanos == NEVER ? atNanos : holeSinceNanos;
        }
    }

    private void waitingIsReadable() {
        if (!isHole()) {
            readableBytes += waitingBytes;
            waitingBytes = 0;
        }
    }

    /** New bytes that the receiver can read since the last call. */
    long takeReadable() {
        long bytes = readableBytes;
        readableBytes = 0;
        return bytes;
    }

    /** Time of the last new byte that the receiver could read. */
    long lastInOrderAtNanos() {
        return lastInOrderAtNanos;
    }

    /** Up to where everything is captured or acknowledged. */
    private long whole() {
        long whole = Math.max(next, acknowledged);
        for (int i = 0; i < islands.count() && islands.start(i) <= whole; i++) {
            whole = Math.max(whole, islands.end(i));
        }
        return whole;
    }

    private boolean isHole() {
        return !islands.isEmpty() && islands.highest() > whole();
    }

    private void fin(long at, boolean bare) {
        if (!finSeen) {
            finSeen = true;
            finAt = at;
        } else if (bare && at == finAt) {
            retransmittedBareFins++;
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
        if (aheadAtNanos != NEVER && !isHole()) {
            // The receiver had what the capture missed.
            waitingIsReadable();
            lastInOrderAtNanos = Math.max(lastInOrderAtNanos, aheadAtNanos);
            aheadAtNanos = NEVER;
            holeSinceNanos = NEVER;
        }
        return true;
    }

    private long position(int number) {
        long reference = Math.max(highest, acknowledged);
        return reference + (number - (base + (int) reference));
    }

    /** Acknowledged bytes never captured; other skipped bytes; and the number of gaps with acknowledged bytes. */
    private long[] holes() {
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
                retransmittedBareFins,
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
                lastInOrderAtNanos == NEVER ? null : (Long) lastInOrderAtNanos,
                holeSinceNanos == NEVER ? null : (Long) holeSinceNanos,
                straySegments,
                counts.wrongChecksums(),
                counts.urgent(),
                counts.leastTtl(),
                counts.greatestTtl());
    }
}
