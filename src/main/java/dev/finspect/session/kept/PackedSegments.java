package dev.finspect.session.kept;

import dev.finspect.wire.TcpSegment.Direction;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The headers of captured packets in a single array. Many short connections each keep a few of them; an object for each packet
 * would be the main cost of garbage collection. Not thread-safe.
 */
final class PackedSegments {
    /** Time, interface, direction, length of the packet, length of its headers. */
    static final int EACH_BYTES = Long.BYTES + Integer.BYTES + 1 + Integer.BYTES + Short.BYTES;

    /** More than any chain of headers has that a filter of the kernel can follow. */
    static final int MOST_HEADER_BYTES = Short.MAX_VALUE;

    private static final byte[] NONE = {};

    private final int firstCapacityBytes;
    private ByteBuffer bytes = ByteBuffer.wrap(NONE);
    private int begin;
    private int count;

    /** None yet; the first makes room for so many bytes at once. */
    PackedSegments(int firstCapacityBytes) {
        this.firstCapacityBytes = firstCapacityBytes;
    }

    /**
     * Adds a packet whose headers the caller writes, at once, into {@link #array()} from the place that this returns on.
     *
     * @param headerBytes at most {@link #MOST_HEADER_BYTES}
     */
    int add(long atNanos, int interfaceId, Direction direction, int ipBytes, int headerBytes) {
        if (!hasRoom(EACH_BYTES + headerBytes)) {
            resize(capacityBytesFor(EACH_BYTES + headerBytes));
        }
        bytes.putLong(atNanos)
                .putInt(interfaceId)
                .put(code(direction))
                .putInt(ipBytes)
                .putShort((short) headerBytes);
        int at = bytes.position();
        bytes.position(at + headerBytes);
        count++;
        return at;
    }

    /** Where the headers of the packet that was added last are to be written; another one after the next is added. */
    byte[] array() {
        return bytes.array();
    }

    /** How many there are. */
    int count() {
        return count;
    }

    /** Takes the oldest out. There must be one. */
    void dropFirst() {
        begin += EACH_BYTES + bytes.getShort(begin + EACH_BYTES - Short.BYTES);
        count--;
    }

    /** Whether so many bytes more can be added without a change of the memory that is taken. */
    boolean hasRoom(int needed) {
        return bytes.remaining() >= needed;
    }

    /** Memory that is taken now, used or not. */
    int capacityBytes() {
        return bytes.capacity();
    }

    /** Memory that is taken when so many bytes more are added, with room for what may follow. */
    int capacityBytesFor(int needed) {
        if (hasRoom(needed)) {
            return bytes.capacity();
        }
        int used = usedBytes();
        boolean half = used + needed <= bytes.capacity() / 2;
        return half ? bytes.capacity() : Math.max(firstCapacityBytes, used + Math.max(used / 2, needed));
    }

    /** Memory that is taken at least when so many bytes more are added. */
    int leastBytesFor(int needed) {
        return usedBytes() + needed;
    }

    /** Resizes the memory, to no less than what is used. */
    void resize(int capacityBytes) {
        int used = usedBytes();
        byte[] moved = new byte[capacityBytes];
        System.arraycopy(bytes.array(), begin, moved, 0, used);
        bytes = ByteBuffer.wrap(moved);
        bytes.position(used);
        begin = 0;
    }

    /** Adds all to {@code target}, in order. */
    void unpackInto(List<KeptSegment> target) {
        ByteBuffer from = ByteBuffer.wrap(bytes.array());
        from.position(begin);
        for (int i = 0; i < count; i++) {
            long atNanos = from.getLong();
            int interfaceId = from.getInt();
            Direction direction = direction(from.get());
            int ipBytes = from.getInt();
            byte[] headers = new byte[from.getShort()];
            from.get(headers);
            target.add(new KeptSegment(atNanos, interfaceId, direction, ipBytes, headers));
        }
    }

    /** Gives back the room that is not used; more can be added all the same. */
    void trim() {
        resize(usedBytes());
    }

    /** Takes all out and keeps the memory. */
    void empty() {
        bytes.clear();
        begin = 0;
        count = 0;
    }

    /** Takes all out. */
    void clear() {
        bytes = ByteBuffer.wrap(NONE);
        begin = 0;
        count = 0;
    }

    private static byte code(Direction direction) {
        return (byte) (direction == Direction.OUTGOING ? 'o' : direction == Direction.INCOMING ? 'i' : '?');
    }

    private static Direction direction(byte code) {
        return code == 'o' ? Direction.OUTGOING : code == 'i' ? Direction.INCOMING : Direction.UNKNOWN;
    }

    private int usedBytes() {
        return bytes.position() - begin;
    }
}
