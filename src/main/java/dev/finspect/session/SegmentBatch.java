package dev.finspect.session;

import dev.finspect.wire.TcpSegment;
import java.nio.ByteBuffer;

/**
 * Segments in the order in which the kernel saw them, each with the bytes of its headers from the IP header on. Immutable, any
 * thread. A caller that keeps the headers of one segment should copy them; otherwise it keeps those of the whole batch.
 */
public final class SegmentBatch {
    private final TcpSegment[] segments;
    private final byte[] headers;
    private final int[] ends;

    /**
     * Takes the arrays over.
     *
     * @param headers the headers of all segments, one after the other
     * @param ends where in {@code headers} those of each segment end
     */
    public SegmentBatch(TcpSegment[] segments, byte[] headers, int[] ends) {
        if (segments.length != ends.length) {
            throw new IllegalArgumentException(segments.length + " segments, but " + ends.length + " ends");
        }
        this.segments = segments;
        this.headers = headers;
        this.ends = ends;
    }

    /** How many segments there are. */
    public int size() {
        return segments.length;
    }

    /** A segment by its place, from 0. */
    public TcpSegment segment(int index) {
        return segments[index];
    }

    /** The length of its IP and TCP headers, as far as they were captured. */
    public int headerBytes(int index) {
        return ends[index] - start(index);
    }

    /** Copies its headers to {@code target} from {@code at} on. */
    public void copyHeaders(int index, byte[] target, int at) {
        System.arraycopy(headers, start(index), target, at, headerBytes(index));
    }

    /** Its headers to read, in network byte order. */
    public ByteBuffer headers(int index) {
        return ByteBuffer.wrap(headers, start(index), headerBytes(index))
                .slice()
                .asReadOnlyBuffer();
    }

    private int start(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }
}
