package dev.finspect.session.join;

import dev.finspect.wire.TcpSegment;

/**
 * Tells a segment that was seen once more on another interface (a bridge and its port, a tunnel and what carries it) from one
 * that was sent again. One direction of one connection. Not thread-safe.
 */
final class EchoFilter {
    private static final int REMEMBERED = 4;
    /** Far more than a packet takes through a host, far less than any retransmission time-out. */
    private static final long ECHO_NANOS = 50_000_000;

    private final TcpSegment[] recent = new TcpSegment[REMEMBERED];
    private int next;

    /** Whether the same segment has just been seen on another interface; remembers it otherwise. */
    boolean isEcho(TcpSegment segment) {
        for (TcpSegment seen : recent) {
            if (seen != null && same(seen, segment)) {
                return true;
            }
        }
        recent[next] = segment;
        next = (next + 1) % REMEMBERED;
        return false;
    }

    private static boolean same(TcpSegment seen, TcpSegment segment) {
        return seen.interfaceId() != segment.interfaceId()
                && seen.sequenceNumber() == segment.sequenceNumber()
                && seen.acknowledgmentNumber() == segment.acknowledgmentNumber()
                && seen.flags() == segment.flags()
                && seen.payloadBytes() == segment.payloadBytes()
                && seen.windowField() == segment.windowField()
                && Math.abs(segment.atNanos() - seen.atNanos()) < ECHO_NANOS;
    }
}
