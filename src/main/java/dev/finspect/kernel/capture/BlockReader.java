package dev.finspect.kernel.capture;

import dev.finspect.session.CaptureSink;
import dev.finspect.session.SegmentBatch;
import dev.finspect.wire.Decoded;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.Undecoded;
import dev.finspect.wire.packet.Frame;
import dev.finspect.wire.packet.LinkType;
import dev.finspect.wire.packet.PacketDecoder;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Decodes the packets of a block and passes them to the sink, TCP segments in batches. For the capture thread only. */
final class BlockReader {
    private static final int USUAL_HEADERS = 64;

    private final PacketRing ring;
    private final CaptureSink sink;
    private final PacketDecoder verifying = PacketDecoder.verifyingChecksums();
    private final PacketDecoder trusting = PacketDecoder.trustingChecksums();
    private final Frame frame = new Frame();

    private TcpSegment[] segments = {};
    private int[] ends = {};
    private byte[] headers = {};
    private ByteBuffer bytes = ByteBuffer.wrap(headers);
    private int count;
    private int end;

    BlockReader(PacketRing ring, CaptureSink sink) {
        this.ring = ring;
        this.sink = sink;
    }

    /** Reads the block that is ready; returns the time of its last packet, 0 if it has none. */
    long read() {
        long lastNanos = 0;
        begin();
        while (ring.packetsLeft() > 0) {
            ring.advance();
            lastNanos = ring.atNanos();
            packet(lastNanos);
        }
        deliver();
        return lastNanos;
    }

    private void packet(long atNanos) {
        int length = ring.snapLength();
        if (length > headers.length - end) {
            grow(length);
        }
        ring.copyPacket(headers, end);
        bytes.limit(end + length).position(end);
        frame.set(LinkType.RAW, atNanos, ring.interfaceIndex(), ring.direction(), bytes, ring.length());
        // Skips verification if the kernel verified the checksum, or if it is left to the network card.
        boolean skipVerification = ring.checksumNotReady() || ring.checksumValid();
        Decoded decoded = (skipVerification ? trusting : verifying).decode(frame);
        if (decoded instanceof TcpSegment segment) {
            end += length;
            segments[count] = segment;
            ends[count++] = end;
        } else if (decoded instanceof IcmpError error) {
            byte[] packet = Arrays.copyOfRange(headers, end, end + length);
            deliver();
            begin();
            sink.icmpError(error, packet);
        } else if (decoded instanceof Undecoded reason) {
            sink.undecoded(reason);
        }
    }

    /** Starts a batch with room for the rest of the block. */
    private void begin() {
        int most = ring.packetsLeft();
        segments = new TcpSegment[most];
        ends = new int[most];
        headers = new byte[most * USUAL_HEADERS];
        bytes = ByteBuffer.wrap(headers);
        count = 0;
        end = 0;
    }

    private void grow(int length) {
        headers = Arrays.copyOf(headers, end + length + (ring.packetsLeft() + 1) * USUAL_HEADERS);
        bytes = ByteBuffer.wrap(headers);
    }

    private void deliver() {
        if (count > 0) {
            boolean all = count == segments.length;
            sink.segments(new SegmentBatch(
                    all ? segments : Arrays.copyOf(segments, count), headers, all ? ends : Arrays.copyOf(ends, count)));
        }
    }
}
