package dev.finspect.wire.capture;

import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.packet.Frame;
import dev.finspect.wire.packet.LinkType;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** The pcap file format (draft-ietf-opsawg-pcap): a header of 24 bytes, then packets with a header of 16 bytes each. */
final class PcapFormat implements CaptureFormat {
    static final int MICROS = 0xa1b2c3d4;
    static final int MICROS_SWAPPED = 0xd4c3b2a1;
    static final int NANOS = 0xa1b23c4d;
    static final int NANOS_SWAPPED = 0x4d3cb2a1;
    static final int KUZNETZOV = 0xa1b2cd34;
    static final int KUZNETZOV_SWAPPED = 0x34cdb2a1;

    private static final int VERSION = 2;
    private static final int FILE_HEADER_BYTES = 24;
    private static final int PACKET_HEADER_BYTES = 16;
    /** The longest packet that libpcap accepts for nearly all link types, whatever the file header says. */
    private static final int USUAL_MAX_BYTES = 1 << 18;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final InputWindow input;
    private final Frame frame;
    private final CaptureDescription described;
    private final ByteOrder order;
    private final long nanosPerUnit;

    private boolean headerRead;
    private LinkType linkType = LinkType.ETHERNET;
    private long maxBytes = USUAL_MAX_BYTES;

    PcapFormat(InputWindow input, Frame frame, CaptureDescription described, ByteOrder order, long nanosPerUnit) {
        this.input = input;
        this.frame = frame;
        this.described = described;
        this.order = order;
        this.nanosPerUnit = nanosPerUnit;
    }

    @Override
    public @Nullable CaptureEnd next() {
        CaptureEnd problem = headerRead ? null : header();
        return problem == null ? packet() : problem;
    }

    private @Nullable CaptureEnd header() {
        input.order(order);
        if (!input.has(FILE_HEADER_BYTES)) {
            return new CaptureEnd.Truncated(input.offset(), FILE_HEADER_BYTES - input.available());
        }
        if (input.u16(4) != VERSION) {
            return new CaptureEnd.Unsupported(
                    "pcap of version " + input.u16(4) + "." + input.u16(6) + ", supported is 2.4");
        }
        int snapBytes = Math.max(0, input.i32(16));
        // The upper bits describe the frame check sequence, which follows the IP packet and is not read.
        linkType = new LinkType(input.i32(20) & 0xffff);
        maxBytes = Math.min(CaptureLimits.MAX_BLOCK_BYTES, Math.max(USUAL_MAX_BYTES, snapBytes));
        described.interfaces.add(CaptureInterface.of(linkType, snapBytes));
        input.skip(FILE_HEADER_BYTES);
        headerRead = true;
        return null;
    }

    private @Nullable CaptureEnd packet() {
        long offset = input.offset();
        if (!input.has(PACKET_HEADER_BYTES)) {
            int there = input.available();
            return there == 0
                    ? new CaptureEnd.Complete()
                    : new CaptureEnd.Truncated(offset, PACKET_HEADER_BYTES - there);
        }
        long captured = input.u32(8);
        if (captured > maxBytes) {
            return new CaptureEnd.Damaged(offset, Damage.PACKET_TOO_LONG, captured);
        }
        int bytes = (int) captured;
        if (!input.has(PACKET_HEADER_BYTES + bytes)) {
            return new CaptureEnd.Truncated(offset, PACKET_HEADER_BYTES + bytes - input.available());
        }
        frame.set(
                linkType,
                input.u32(0) * NANOS_PER_SECOND + input.u32(4) * nanosPerUnit,
                0,
                Direction.UNKNOWN,
                input.view(PACKET_HEADER_BYTES, bytes),
                (int) Math.min(Integer.MAX_VALUE, input.u32(12)));
        input.skip(PACKET_HEADER_BYTES + bytes);
        return null;
    }
}
