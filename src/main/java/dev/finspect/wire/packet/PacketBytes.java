package dev.finspect.wire.packet;

import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.VirtualNetwork;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The frame being decoded: its bytes, read at absolute indices, and what applies to all its layers. */
final class PacketBytes {
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
    final NetworkTags network = new NetworkTags();

    void take(Frame frame) {
        ByteBuffer given = frame.bytes();
        bytes = given.order() == ByteOrder.BIG_ENDIAN
                ? given
                : given.duplicate().order(ByteOrder.BIG_ENDIAN);
        start = given.position();
        end = given.limit();
        wireEnd = (int) Math.min(Integer.MAX_VALUE, Math.max(end, (long) start + frame.originalBytes()));
        depth = 0;
        network.clear();
        atNanos = frame.atNanos();
        interfaceId = frame.interfaceId();
        direction = frame.direction();
    }

    /** Takes the beginning of a packet's payload that was joined from fragments. */
    void take(byte[] head, long capturedAtNanos, int onInterface, VirtualNetwork in) {
        bytes = ByteBuffer.wrap(head);
        start = 0;
        end = head.length;
        wireEnd = end;
        depth = 0;
        atNanos = capturedAtNanos;
        interfaceId = onInterface;
        direction = Direction.UNKNOWN;
        network.clear();
        in.tags().forEach(tag -> network.add(tag.kind(), tag.number()));
    }

    /** Releases the caller's buffer. */
    void drop() {
        bytes = NOTHING;
    }

    /** Counts one more tag, label or tunnel; false if there are too many. */
    boolean deeper() {
        return ++depth <= MAX_DEPTH;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    /** Index after the last captured byte. */
    int end() {
        return end;
    }

    /** Index after the last byte on the wire, as the capture states it; at least {@link #end()}. */
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
