package dev.finspect.wire.packet;

import dev.finspect.wire.TcpSegment.Direction;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One captured frame and what the capture knows of it. One object serves for a whole capture: a reader fills it anew for
 * each frame, and its bytes may lie in the reader's own buffer. Whoever wants to keep something copies it before the
 * reader goes on. For one thread.
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
     * Fills everything but the comments, of which there are none then.
     *
     * @param bytes the captured part, from the buffer's position to its limit; kept as it is, not copied. Big-endian
     *     buffers, Java's default, save the decoder an object
     * @param originalBytes how long the frame was on the wire; what was captured counts where this is less
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

    /** Sets which way it passed the host that captured. */
    public Frame direction(Direction known) {
        direction = known;
        return this;
    }

    /** Sets the comments that a capture file has on this frame. */
    public Frame comments(List<String> texts) {
        comments = List.copyOf(texts);
        return this;
    }

    /** What the bytes begin with. */
    public LinkType linkType() {
        return linkType;
    }

    /** Wall clock, nanoseconds since the Unix epoch. */
    public long atNanos() {
        return atNanos;
    }

    /** Number of the interface within its capture, see {@link dev.finspect.wire.TcpSegment#interfaceId()}. */
    public int interfaceId() {
        return interfaceId;
    }

    /** As the capture knows it. */
    public Direction direction() {
        return direction;
    }

    /** The captured part, from position to limit; whoever reads it leaves both as they are. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** How long it was on the wire. */
    public int originalBytes() {
        return originalBytes;
    }

    /** Comments in the order of the file; most frames have none. */
    public List<String> comments() {
        return comments;
    }
}
