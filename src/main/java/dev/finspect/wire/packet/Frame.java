package dev.finspect.wire.packet;

import dev.finspect.wire.TcpSegment.Direction;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One captured frame with its time stamp, interface and direction. Mutable: a reader reuses one object for all frames of a
 * capture, and the bytes may lie in the reader's own buffer. Copy what has to outlive the next frame. Not thread-safe.
 */
public final class Frame {
    private LinkType linkType = LinkType.RAW;
    private long atNanos;
    private int interfaceId;
    private Direction direction = Direction.UNKNOWN;
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private int originalBytes;
    private List<String> comments = List.of();

    /**
     * Sets everything and clears the comments.
     *
     * @param bytes the captured part, from the buffer's position to its limit; not copied. With a big-endian buffer, Java's default, the decoder allocates nothing
     * @param originalBytes length of the frame on the wire; ignored if it is less than the captured length
     */
    public Frame set(
            LinkType linkType,
            long atNanos,
            int interfaceId,
            Direction direction,
            ByteBuffer bytes,
            int originalBytes) {
        this.linkType = linkType;
        this.atNanos = atNanos;
        this.interfaceId = interfaceId;
        this.direction = direction;
        this.bytes = bytes;
        this.originalBytes = originalBytes;
        comments = List.of();
        return this;
    }

    /** Sets the direction relative to the capturing host. */
    public Frame direction(Direction known) {
        direction = known;
        return this;
    }

    /** Sets the comments that the capture file has for this frame. */
    public Frame comments(List<String> texts) {
        comments = List.copyOf(texts);
        return this;
    }

    /** The link type: what the bytes start with. */
    public LinkType linkType() {
        return linkType;
    }

    /** Wall clock, nanoseconds since the Unix epoch. */
    public long atNanos() {
        return atNanos;
    }

    /** Number of the interface within the capture, see {@link dev.finspect.wire.TcpSegment#interfaceId()}. */
    public int interfaceId() {
        return interfaceId;
    }

    /** Direction relative to the capturing host. */
    public Direction direction() {
        return direction;
    }

    /** The captured part, from position to limit; callers must not change either. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Length on the wire, in bytes. */
    public int originalBytes() {
        return originalBytes;
    }

    /** Comments in the order of the file; usually none. */
    public List<String> comments() {
        return comments;
    }
}
