package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;
import org.jspecify.annotations.Nullable;

/**
 * Tracks the byte stream that one endpoint sent: which of its segments bring new bytes, and which repeat, probe or stray. Positions
 * are those of {@link StreamCoverage}.
 */
final class StreamTracker {
    private final StreamCoverage coverage = new StreamCoverage();
    private final StreamArrivals arrivals = new StreamArrivals();
    private final SegmentCounts counts = new SegmentCounts();
    private boolean acknowledgmentSeen;
    /** The highest position of a segment without bytes: its sender has sent everything before it. */
    private long sentBefore;

    private boolean finSeen;
    private long finAt;
    private int lastStray;
    private boolean strayed;

    private long uniqueBytes;
    private long retransmittedSegments;
    private long retransmittedBytes;
    private long retransmittedBareFins;
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
        return coverage.started();
    }

    /** Whether this is the number of its SYN. */
    boolean beginsAfter(int initialSequenceNumber) {
        return coverage.beginsAfter(initialSequenceNumber);
    }

    /** How far this number is from the end of what is known of the stream; {@link NumberFit#UNKNOWN} if nothing is. */
    long distanceBytes(int number) {
        return started() ? Math.abs(coverage.position(number) - coverage.reached()) : NumberFit.UNKNOWN;
    }

    /** Whether anything is unacknowledged. */
    boolean inFlight() {
        return coverage.highest() > coverage.acknowledged();
    }

    /** Whether no byte and no FIN was captured. */
    boolean isUnsent() {
        return coverage.highest() == 0;
    }

    /** Whether anything before this number was not captured. */
    boolean hasGapBefore(int number) {
        return started() && (coverage.hasGap() || coverage.position(number) > coverage.next());
    }

    /**
     * Whether bytes are known to be missing in the capture, by an acknowledgment or by a number of their sender. A capture of
     * headers without payload segments misses all.
     */
    boolean hasMissed() {
        return coverage.hasGap() || Math.max(sentBefore, coverage.acknowledged()) > coverage.next();
    }

    /** Number of unacknowledged bytes; a FIN counts as one. */
    long unacknowledged() {
        return Math.max(0, coverage.highest() - coverage.acknowledged());
    }

    /** Whether this segment contains the first unacknowledged byte or FIN. */
    boolean hasOldest(TcpSegment segment) {
        long from = coverage.position(segment.sequenceNumber() + (segment.has(TcpFlags.SYN) ? 1 : 0));
        long to = from + segment.payloadBytes() + (segment.has(TcpFlags.FIN) ? 1 : 0);
        return from <= coverage.acknowledged() && to > coverage.acknowledged();
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
        return finSeen && coverage.whole() >= finAt;
    }

    /** Whether the FIN was acknowledged. */
    boolean finAcknowledged() {
        return finSeen && coverage.acknowledged() > finAt;
    }

    /** Whether this acknowledgment covers the FIN. */
    boolean coversFin(int acknowledgment) {
        return finSeen && coverage.position(acknowledgment) > finAt;
    }

    /** Bytes of the stream before this number, without the FIN; 0 for a number before them, -1 if the stream is unknown. */
    long bytesBefore(int number) {
        if (!started()) {
            return -1;
        }
        long position = Math.max(0, coverage.position(number));
        return finSeen ? Math.min(position, finAt) : position;
    }

    /** The position behind everything captured, its FIN included. */
    long highest() {
        return coverage.highest();
    }

    /** Whether bytes behind this position came after this time, and any behind it are acknowledged. */
    boolean hasGoneOn(long position, long afterNanos) {
        return lastByteAtNanos > afterNanos && coverage.acknowledged() > position;
    }

    /** Whether this is the number of the FIN. */
    boolean isFin(int number) {
        return finSeen && coverage.position(number) == finAt;
    }

    /** The sequence number up to which the other endpoint has acknowledged. */
    int acknowledgedNumber() {
        return coverage.acknowledgedNumber();
    }

    /** Sets the start of the stream by a SYN, unless bytes have already set it. */
    void beginAfterSyn(int initialSequenceNumber) {
        coverage.beginAfterSyn(initialSequenceNumber);
    }

    /** Processes a segment that is no RST; returns the number of bytes that were not captured before. */
    long segment(TcpSegment segment, boolean peerWindowClosed) {
        boolean syn = segment.has(TcpFlags.SYN);
        boolean fin = segment.has(TcpFlags.FIN);
        int number = syn ? segment.sequenceNumber() + 1 : segment.sequenceNumber();
        int bytes = segment.payloadBytes();
        if (!started() && bytes == 1 && isBareAck(segment)) {
            coverage.beginAt(number + 1);
            keepAlives++;
            return 0;
        }
        coverage.beginAt(number);
        if (bytes == 0 && !fin) {
            if (!syn) {
                noticeProbe(number, peerWindowClosed);
                sentBefore(coverage.position(number));
            }
            return 0;
        }
        long from = coverage.position(number);
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

    /**
     * Whether it has no flag but ACK. Where the start of a stream was not captured, a single byte in such a segment is the byte
     * before the next, which some systems send as their keep-alive: a program's byte has PSH.
     */
    private static boolean isBareAck(TcpSegment segment) {
        return segment.flags() == TcpFlags.ACK;
    }

    private void sentBefore(long position) {
        if (!coverage.isFarBeyond(position)) {
            sentBefore = Math.max(sentBefore, position);
        }
    }

    /**
     * A segment without a byte that has the number before the next is a keep-alive (RFC 9293 section 3.8.4), also before the first
     * byte: it has the number of the SYN then. Against a closed window it is a probe of that window (section 3.8.6.1): Linux
     * probes so.
     */
    private void noticeProbe(int number, boolean peerWindowClosed) {
        if (coverage.position(number) != coverage.reached() - 1 || finSeen) {
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
        long highest = coverage.highest();
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
        if (!coverage.isFar(from)) {
            strayed = false;
            return false;
        }
        boolean agrees = strayed && !StreamCoverage.areFar(number, lastStray);
        strayed = true;
        lastStray = number;
        return !agrees;
    }

    private long data(long from, long to, long atNanos) {
        boolean before = from < coverage.highest();
        long wholeBefore = coverage.whole();
        long fresh = coverage.cover(from, to);
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
        if (coverage.whole() > wholeBefore || to <= wholeBefore) {
            arrivals.inOrder(fresh, coverage.isHole(), atNanos);
        } else {
            arrivals.ahead(fresh, atNanos);
        }
    }

    /** New bytes that the receiver can read since the last call. */
    long takeReadable() {
        return arrivals.takeReadable();
    }

    /** Time of the last new byte that the receiver could read. */
    long lastInOrderAtNanos() {
        return arrivals.lastInOrderAtNanos();
    }

    /** How many bytes are missing before the first that came behind them; 0 where none are missing. */
    long gapBytes() {
        return coverage.gapBytes();
    }

    /** Whether bytes before this number are missing, now that it has come. */
    boolean isBehindGap(int number) {
        return coverage.isBehindGap(coverage.position(number));
    }

    private void fin(long at, boolean bare) {
        if (!finSeen) {
            finSeen = true;
            finAt = at;
        } else if (bare && at == finAt) {
            retransmittedBareFins++;
        }
        if (at == finAt) {
            coverage.cover(at, at + 1);
        }
    }

    /** Processes an acknowledgment of the other endpoint; returns whether it advances. */
    boolean acknowledge(int number) {
        acknowledgmentSeen = true;
        boolean advances = coverage.acknowledge(number);
        if (advances && arrivals.cameAhead() && !coverage.isHole()) {
            arrivals.closed();
        }
        return advances;
    }

    StreamFacts facts() {
        long[] holes = coverage.holes();
        long acknowledged = coverage.acknowledged();
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
                unlessNever(arrivals.lastInOrderAtNanos()),
                unlessNever(arrivals.holeSinceNanos()),
                straySegments,
                counts.wrongChecksums(),
                counts.urgent(),
                counts.leastTtl(),
                counts.greatestTtl());
    }

    private static @Nullable Long unlessNever(long atNanos) {
        return atNanos == StreamArrivals.NEVER ? null : (Long) atNanos;
    }
}
