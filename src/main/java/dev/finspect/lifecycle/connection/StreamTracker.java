package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.ByteRanges;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;

/**
 * The account of what one endpoint sent. Sequence numbers become positions in the stream: 64 bits, from 0 for the first byte
 * after the SYN, or for the first that was seen or acknowledged where there was no SYN.
 */
final class StreamTracker {
    /** The largest window (RFC 7323 section 2.3): further away, a sequence number is not of this stream. */
    private static final int FURTHEST = 1 << 30;

    private boolean started;
    private int base;
    /** Behind all that was seen without a gap. */
    private long next;
    /** Behind all that was seen; a FIN counts one. */
    private long highest;
    /** What was seen beyond a gap. */
    private final ByteRanges islands = new ByteRanges();
    /** As far as the other end acknowledged. */
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

    /** Whether it holds a byte that the other end has not acknowledged. */
    boolean inFlight() {
        return highest > acknowledged;
    }

    /** How many bytes the other end has not acknowledged. */
    long unacknowledged() {
        return Math.max(0, highest - acknowledged);
    }

    /** Whether this segment has the first byte, or the FIN, that the other end has not acknowledged. */
    boolean hasOldest(TcpSegment segment) {
        long from = position(segment.sequenceNumber() + (segment.has(TcpFlags.SYN) ? 1 : 0));
        long to = from + segment.payloadBytes() + (segment.has(TcpFlags.FIN) ? 1 : 0);
        return from <= acknowledged && to > acknowledged;
    }

    /** Keep-alives and zero-window probes so far. */
    long probes() {
        return keepAlives + zeroWindowProbes;
    }

    /** Whether the other end has acknowledged anything, so that its place in the stream is known. */
    boolean hasAcknowledgment() {
        return acknowledgmentSeen;
    }

    boolean finSeen() {
        return finSeen;
    }

    /** Whether the FIN passed and all before it passed or was acknowledged, so that it counts for its receiver. */
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

    /** Whether the other end acknowledged the FIN. */
    boolean finAcknowledged() {
        return finSeen && acknowledged > finAt;
    }

    /** Whether this acknowledgment covers the FIN. */
    boolean coversFin(int acknowledgment) {
        return finSeen && position(acknowledgment) > finAt;
    }

    /** The sequence number up to which the other end has acknowledged. */
    int acknowledgedNumber() {
        return base + (int) acknowledged;
    }

    /** A SYN fixes where the stream begins, unless bytes have. */
    void beginAfterSyn(int initialSequenceNumber) {
        if (!started || highest == 0) {
            started = true;
            if (base != initialSequenceNumber + 1) {
                base = initialSequenceNumber + 1;
                acknowledged = 0;
            }
        }
    }

    /** Takes a segment that is not an RST; answers how many bytes it brought that were not seen before. */
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

    /** A single byte from just before the next, or the next byte itself against a closed window. */
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

    /** Two strays that agree with one another are believed: the capture missed what lay between. */
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

    /** Marks as seen; answers how much of it was not. */
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

    /** Takes an acknowledgment by the other end; answers whether it went further than those before. */
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

    /** Bytes acknowledged and never seen, and bytes skipped and not acknowledged either; and in how many pieces the former. */
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
