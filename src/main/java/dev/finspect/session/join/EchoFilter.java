package dev.finspect.session.join;

import dev.finspect.session.EchoTime;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import java.util.Objects;

/**
 * Detects a segment that was seen again on another interface, such as a bridge and its port or a tunnel and its carrier. A
 * segment that was sent again is not an echo. One direction of one connection. Not thread-safe.
 */
final class EchoFilter {
    private static final int REMEMBERED = 4;

    /** What is remembered of a segment: a long connection must not keep whole segments. */
    private static final int WORDS = 6;

    private final int[] recent = new int[REMEMBERED * WORDS];
    private final long[] seenAtNanos = new long[REMEMBERED];
    private int count;

    /** Whether the second ICMP error is the first one, seen on another interface. */
    static boolean isEcho(IcmpError first, IcmpError second) {
        return first.interfaceId() != second.interfaceId()
                && first.type() == second.type()
                && first.code() == second.code()
                && first.from().equals(second.from())
                && Objects.equals(first.quotedSequenceNumber(), second.quotedSequenceNumber())
                && EchoTime.joins(first.atNanos(), second.atNanos());
    }

    /** Whether the same segment has just been seen on another interface; remembers it otherwise. */
    boolean isEcho(TcpSegment segment) {
        for (int slot = 0; slot < Math.min(count, REMEMBERED); slot++) {
            if (same(slot, segment)) {
                return true;
            }
        }
        remember(count % REMEMBERED, segment);
        count = count + 1 < 0 ? REMEMBERED : count + 1;
        return false;
    }

    private void remember(int slot, TcpSegment segment) {
        int at = slot * WORDS;
        recent[at] = segment.interfaceId();
        recent[at + 1] = segment.sequenceNumber();
        recent[at + 2] = segment.acknowledgmentNumber();
        recent[at + 3] = segment.flags();
        recent[at + 4] = segment.payloadBytes();
        recent[at + 5] = segment.windowField();
        seenAtNanos[slot] = segment.atNanos();
    }

    private boolean same(int slot, TcpSegment segment) {
        int at = slot * WORDS;
        return recent[at] != segment.interfaceId()
                && recent[at + 1] == segment.sequenceNumber()
                && recent[at + 2] == segment.acknowledgmentNumber()
                && recent[at + 3] == segment.flags()
                && recent[at + 4] == segment.payloadBytes()
                && recent[at + 5] == segment.windowField()
                && EchoTime.joins(seenAtNanos[slot], segment.atNanos());
    }
}
