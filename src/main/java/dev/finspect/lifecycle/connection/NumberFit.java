package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;

/** Whether a segment from a virtual network in which a connection was never seen can be one of that connection, by its numbers. */
final class NumberFit {
    /** Nothing is known to compare the numbers with. */
    static final long UNKNOWN = Long.MAX_VALUE;

    /**
     * What a capture can have missed of both directions at once: so much, and for each millisecond of silence so much more. Numbers
     * further away in both directions are those of another connection.
     */
    private static final long MISSED_BYTES = 4L << 20;

    private static final long MISSED_BYTES_PER_MILLISECOND = 16L << 10;
    private static final long NANOS_PER_MILLISECOND = 1_000_000;

    private NumberFit() {}

    /**
     * Whether it can be a segment of this connection. In doubt it can, unless it can also continue one that has ended.
     *
     * @param continues whether it can
     */
    static boolean canBe(Connection connection, boolean byFirst, TcpSegment segment, boolean continues) {
        if (segment.checksum() == TcpSegment.Checksum.WRONG) {
            return true;
        }
        return segment.has(TcpFlags.SYN)
                ? opened(connection, byFirst, segment)
                : goesOn(connection, byFirst, segment, continues);
    }

    /** A SYN that is seen again has the number of the first, and a SYN-ACK that is the first acknowledges the SYN. */
    private static boolean opened(Connection connection, boolean byFirst, TcpSegment segment) {
        StreamTracker sent = connection.endpoint(byFirst).sent;
        if (sent.started()) {
            return sent.beginsAfter(segment.sequenceNumber());
        }
        TcpSegment asked = connection.endpoint(!byFirst).syn.first();
        return !segment.has(TcpFlags.ACK) || asked == null || SynTracker.covers(asked, segment.acknowledgmentNumber());
    }

    private static boolean goesOn(Connection connection, boolean byFirst, TcpSegment segment, boolean continues) {
        long own = connection.endpoint(byFirst).sent.distanceBytes(segment.sequenceNumber());
        long other = acknowledged(connection, byFirst, segment);
        if (own == UNKNOWN || other == UNKNOWN) {
            return !continues || Math.min(own, other) <= MISSED_BYTES;
        }
        long silentNanos = continues ? 0 : Math.max(0, segment.atNanos() - connection.lastAtNanos());
        long missedBytes = MISSED_BYTES + silentNanos / NANOS_PER_MILLISECOND * MISSED_BYTES_PER_MILLISECOND;
        return Math.min(own, other) <= missedBytes;
    }

    /** How far its numbers are from the connection's, in the direction in which they are nearer. */
    static long distanceBytes(Connection connection, boolean byFirst, TcpSegment segment) {
        long own = connection.endpoint(byFirst).sent.distanceBytes(segment.sequenceNumber());
        return Math.min(own, acknowledged(connection, byFirst, segment));
    }

    private static long acknowledged(Connection connection, boolean byFirst, TcpSegment segment) {
        return segment.has(TcpFlags.ACK)
                ? connection.endpoint(!byFirst).sent.distanceBytes(segment.acknowledgmentNumber())
                : UNKNOWN;
    }
}
