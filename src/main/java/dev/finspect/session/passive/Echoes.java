package dev.finspect.session.passive;

import dev.finspect.session.EchoTime;
import dev.finspect.wire.TcpSegment;

/**
 * Detects segments that were seen before on another interface, such as a bridge and its port. One that was sent again is no
 * echo. Of a fixed size: where very many segments pass between both sights of one, the second counts as sent again. Not
 * thread-safe.
 */
final class Echoes {
    private static final int SLOTS = 4_096;

    private final long[] prints = new long[SLOTS];
    private final int[] interfaces = new int[SLOTS];
    private final long[] seenAtNanos = new long[SLOTS];

    /** Whether the same segment has just been seen on another interface; remembers it otherwise. */
    boolean isEcho(TcpSegment segment) {
        long print = print(segment);
        int slot = (int) (print >>> 52);
        if (prints[slot] == print
                && interfaces[slot] != segment.interfaceId()
                && EchoTime.joins(seenAtNanos[slot], segment.atNanos())) {
            return true;
        }
        prints[slot] = print;
        interfaces[slot] = segment.interfaceId();
        seenAtNanos[slot] = segment.atNanos();
        return false;
    }

    private static long print(TcpSegment segment) {
        long print = segment.tuple().hashCode();
        print = mixed(
                print ^ (long) segment.sequenceNumber() << 32 ^ Integer.toUnsignedLong(segment.acknowledgmentNumber()));
        return mixed(
                print ^ (long) segment.flags() << 48 ^ (long) segment.payloadBytes() << 16 ^ segment.windowField());
    }

    /** Spreads the bits (the finalizer of MurmurHash3). */
    private static long mixed(long bits) {
        long mixed = (bits ^ bits >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
