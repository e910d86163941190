package dev.finspect.wire.capture;

import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.packet.Frame;
import dev.finspect.wire.packet.LinkType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pcapng file format (draft-ietf-opsawg-pcapng), with the obsolete packet block; unknown blocks are skipped. */
final class PcapNgFormat implements CaptureFormat {
    private static final int LEAST_BLOCK_BYTES = 12;
    private static final int TRAILER_BYTES = 4;
    private static final int PACKET_DATA_AT = 28;
    private static final int SIMPLE_DATA_AT = 12;
    private static final int MAJOR_VERSION = 1;

    private final InputWindow input;
    private final Frame frame;
    private final CaptureDescription described;
    private final PcapNgOptions options;
    private final DescriptionBlocks descriptions;

    private boolean frameFound;

    PcapNgFormat(InputWindow input, Frame frame, CaptureDescription described) {
        this.input = input;
        this.frame = frame;
        this.described = described;
        options = new PcapNgOptions(input);
        descriptions = new DescriptionBlocks(input, options, described);
    }

    @Override
    public @Nullable CaptureEnd next() {
        frameFound = false;
        while (!frameFound) {
            CaptureEnd end = block();
            if (end != null) {
                return end;
            }
        }
        return null;
    }

    private @Nullable CaptureEnd block() {
        long offset = input.offset();
        if (!input.has(LEAST_BLOCK_BYTES)) {
            int there = input.available();
            return there == 0 ? new CaptureEnd.Complete() : new CaptureEnd.Truncated(offset, LEAST_BLOCK_BYTES - there);
        }
        int type = input.i32(0);
        if (type == BlockType.SECTION && !takeByteOrder()) {
            return new CaptureEnd.Damaged(offset, Damage.BYTE_ORDER, input.u32(8));
        }
        long length = input.u32(4);
        int least = leastBytes(type);
        boolean looked = least > LEAST_BLOCK_BYTES;
        if (length < least || length % 4 != 0 || (looked && length > CaptureLimits.MAX_BLOCK_BYTES)) {
            return new CaptureEnd.Damaged(offset, Damage.BLOCK_LENGTH, length);
        }
        return looked ? whole(type, (int) length, offset) : skipped(length, offset);
    }

    /** Minimum length of the blocks whose content is read. */
    private static int leastBytes(int type) {
        return switch (type) {
            case BlockType.SECTION -> 28;
            case BlockType.INTERFACE -> 20;
            case BlockType.ENHANCED_PACKET, BlockType.OBSOLETE_PACKET -> PACKET_DATA_AT + TRAILER_BYTES;
            case BlockType.SIMPLE_PACKET -> SIMPLE_DATA_AT + TRAILER_BYTES;
            case BlockType.STATISTICS -> 24;
            default -> LEAST_BLOCK_BYTES;
        };
    }

    private boolean takeByteOrder() {
        input.order(ByteOrder.BIG_ENDIAN);
        if (input.i32(8) == Integer.reverseBytes(BlockType.BYTE_ORDER_MARK)) {
            input.order(ByteOrder.LITTLE_ENDIAN);
        }
        return input.i32(8) == BlockType.BYTE_ORDER_MARK;
    }

    private @Nullable CaptureEnd whole(int type, int length, long offset) {
        if (!input.has(length)) {
            return new CaptureEnd.Truncated(offset, length - input.available());
        }
        if (input.i32(length - TRAILER_BYTES) != length) {
            return new CaptureEnd.Damaged(offset, Damage.BLOCK_LENGTHS_DIFFER, input.u32(length - TRAILER_BYTES));
        }
        CaptureEnd end = take(type, length - TRAILER_BYTES, offset);
        input.skip(length);
        return end;
    }

    private @Nullable CaptureEnd skipped(long length, long offset) {
        long missing = input.skip(length - TRAILER_BYTES);
        if (missing > 0) {
            return new CaptureEnd.Truncated(offset, missing + TRAILER_BYTES);
        }
        if (!input.has(TRAILER_BYTES)) {
            return new CaptureEnd.Truncated(offset, TRAILER_BYTES - input.available());
        }
        if (input.u32(0) != length) {
            return new CaptureEnd.Damaged(offset, Damage.BLOCK_LENGTHS_DIFFER, input.u32(0));
        }
        input.skip(TRAILER_BYTES);
        return null;
    }

    private @Nullable CaptureEnd take(int type, int end, long offset) {
        return switch (type) {
            case BlockType.SECTION -> section(end);
            case BlockType.INTERFACE ->
                descriptions.addInterface(end)
                        ? null
                        : new CaptureEnd.Damaged(offset, Damage.TOO_MANY_INTERFACES, CaptureLimits.MAX_INTERFACES);
            case BlockType.STATISTICS -> {
                descriptions.addStatistics(end);
                yield null;
            }
            case BlockType.ENHANCED_PACKET -> packet(input.i32(8), end, offset);
            case BlockType.OBSOLETE_PACKET -> packet(input.u16(8), end, offset);
            default -> simplePacket(end, offset);
        };
    }

    private @Nullable CaptureEnd section(int end) {
        int major = input.u16(12);
        if (major != MAJOR_VERSION) {
            return new CaptureEnd.Unsupported(
                    "pcapng of version " + major + "." + input.u16(14) + ", supported is 1.0");
        }
        descriptions.beginSection(end);
        return null;
    }

    private @Nullable CaptureEnd packet(int localInterface, int end, long offset) {
        TimeScale scale = descriptions.scale(localInterface);
        if (scale == null) {
            return new CaptureEnd.Damaged(offset, Damage.UNKNOWN_INTERFACE, localInterface & 0xffffffffL);
        }
        long captured = input.u32(20);
        if (captured > end - PACKET_DATA_AT) {
            return new CaptureEnd.Damaged(offset, Damage.PACKET_LONGER_THAN_BLOCK, captured);
        }
        long at = scale.nanos((input.u32(12) << Integer.SIZE) | input.u32(16));
        fill(localInterface, at, PACKET_DATA_AT, (int) captured, input.u32(24));
        packetOptions(PACKET_DATA_AT + BlockType.padded((int) captured), end);
        return null;
    }

    /** Reads a simple packet block: it has no time and no options, and belongs to the first interface of the section. */
    private @Nullable CaptureEnd simplePacket(int end, long offset) {
        if (descriptions.scale(0) == null) {
            return new CaptureEnd.Damaged(offset, Damage.UNKNOWN_INTERFACE, 0);
        }
        long original = input.u32(8);
        int snapBytes = described.interfaces.get(descriptions.globalId(0)).snapBytes();
        long captured = Math.min(original, snapBytes == 0 ? Integer.MAX_VALUE : snapBytes);
        if (captured > end - SIMPLE_DATA_AT) {
            return new CaptureEnd.Damaged(offset, Damage.PACKET_LONGER_THAN_BLOCK, captured);
        }
        described.untimedFrames++;
        fill(0, frame.atNanos(), SIMPLE_DATA_AT, (int) captured, original);
        return null;
    }

    private void fill(int localInterface, long atNanos, int dataAt, int captured, long original) {
        int id = descriptions.globalId(localInterface);
        LinkType linkType = described.interfaces.get(id).linkType();
        int originalBytes = (int) Math.min(Integer.MAX_VALUE, original);
        frame.set(linkType, atNanos, id, Direction.UNKNOWN, input.view(dataAt, captured), originalBytes);
        frameFound = true;
    }

    private void packetOptions(int from, int end) {
        options.over(from, end);
        List<String> comments = null;
        int code = options.advance();
        while (code != BlockType.END_OF_OPTIONS) {
            if (code == BlockType.PACKET_FLAGS) {
                frame.direction(direction(options.i32(0)));
            } else if (code == BlockType.COMMENT) {
                comments = comments == null ? new ArrayList<>() : comments;
                comments.add(options.text());
            }
            code = options.advance();
        }
        if (comments != null) {
            frame.comments(comments);
        }
    }

    private static Direction direction(int flags) {
        return switch (flags & 3) {
            case 1 -> Direction.INCOMING;
            case 2 -> Direction.OUTGOING;
            default -> Direction.UNKNOWN;
        };
    }
}
