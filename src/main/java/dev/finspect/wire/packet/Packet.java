package dev.finspect.wire.packet;

import dev.finspect.wire.TcpSegment.Direction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The frame under the decoder's hands: its bytes, read at absolute places, and what holds for all its layers. */
final class Packet {
    private static final int MAX_DEPTH = 12;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private ByteBuffer bytes = NOTHING;
    private int start;
    private int end;
    private int wireEnd;
    private int depth;

    long atNanos;
    int interfaceId;
    Direction direction = Direction.UNKNOWN;

    void take(Frame frame) {
        ByteBuffer given = frame.bytes();
        bytes = given.order() == ByteOrder.BIG_ENDIAN
                ? given
                : given.duplicate().order(ByteOrder.BIG_ENDIAN);
        start = given.position();
        end = given.limit();
        wireEnd = (int) Math.min(Integer.MAX_VALUE, Math.max(end, (long) start + frame.originalBytes()));
        depth = 0;
        atNanos = frame.atNanos();
        interfaceId = frame.interfaceId();
        direction = frame.direction();
    }

    /** Lets go of the caller's buffer. */
    void drop() {
        bytes = NOTHING;
    }

    /** One more tag, label or tunnel; false when there have been too many. */
    boolean deeper() {
        return ++depth <= MAX_DEPTH;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    /** First index behind what was captured. */
    int end() {
        return end;
    }

    /** First index behind what was on the wire, as the capture says; not before {@link #end()}. */
    int wireEnd() {
        return wireEnd;
    }

    boolean has(int at, int count) {
        return count <= end - at;
    }

    int u8(int at) {
        return bytes.get(at) & 0xff;
    }

    int u16(int at) {
        return bytes.getShort(at) & 0xffff;
    }

    int i32(int at) {
        return bytes.getInt(at);
    }

    long i64(int at) {
        return bytes.getLong(at);
    }
}
