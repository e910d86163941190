package dev.finspect.wire.capture;

import dev.finspect.wire.packet.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a section of a pcapng file: first the section header, then interfaces, frames and statistics. An interface has to be
 * described before it is used. Times are written in nanoseconds. Each call passes one complete block to the sink, so that the
 * output is a readable file at any time. Not thread-safe.
 */
public final class PcapNgWriter {
    /** Longest text of an option; longer texts are cut. */
    public static final int MAX_TEXT_BYTES = 0xfffc;

    private static final long UNKNOWN_SECTION_LENGTH = -1;
    private static final int FILTER_AS_TEXT = 0;

    private final ByteSink sink;
    private final BlockBuffer block;
    private int interfaces;

    private PcapNgWriter(ByteSink sink, ByteOrder order) {
        this.sink = sink;
        block = new BlockBuffer(order);
    }

    /** Starts a file, or a further section, in little-endian byte order. */
    public static PcapNgWriter begin(ByteSink sink, CaptureSection section) {
        return begin(sink, section, ByteOrder.LITTLE_ENDIAN);
    }

    /** Starts a file, or a further section, in the given byte order. */
    public static PcapNgWriter begin(ByteSink sink, CaptureSection section, ByteOrder order) {
        PcapNgWriter writer = new PcapNgWriter(sink, order);
        writer.section(section);
        return writer;
    }

    private void section(CaptureSection section) {
        block.begin(BlockType.SECTION);
        block.i32(BlockType.BYTE_ORDER_MARK).i16(1).i16(0).i64(UNKNOWN_SECTION_LENGTH);
        text(BlockType.SECTION_HARDWARE, section.hardware());
        text(BlockType.SECTION_SYSTEM, section.operatingSystem());
        text(BlockType.SECTION_APPLICATION, section.application());
        text(BlockType.COMMENT, section.comment());
        flush();
    }

    /** Describes the next interface; returns its number, from 0. */
    public int addInterface(CaptureInterface described) {
        block.begin(BlockType.INTERFACE);
        block.i16(described.linkType().number()).i16(0).i32(described.snapBytes());
        text(BlockType.INTERFACE_NAME, described.name());
        text(BlockType.INTERFACE_DESCRIPTION, described.description());
        block.option(BlockType.INTERFACE_RESOLUTION, 1).i8(TimeScale.NANOS).pad();
        String filter = described.filter();
        if (filter != null) {
            byte[] text = BlockBuffer.utf8(filter, MAX_TEXT_BYTES - 1);
            block.option(BlockType.INTERFACE_FILTER, text.length + 1)
                    .i8(FILTER_AS_TEXT)
                    .bytes(text)
                    .pad();
        }
        flush();
        return interfaces++;
    }

    /**
     * Writes a frame with its direction and comments. A frame longer than {@link CaptureLimits#MAX_FRAME_BYTES} is cut but
     * keeps its original length; comments that would make the block too long are omitted. The frame's buffer is not changed.
     *
     * @throws IndexOutOfBoundsException if its interface was not described
     */
    public void frame(Frame frame) {
        frame(frame, frame.interfaceId());
    }

    /** Writes a frame under another interface number than it has in its own capture. */
    public void frame(Frame frame, int interfaceId) {
        checkInterface(interfaceId);
        ByteBuffer bytes = frame.bytes();
        int captured = Math.min(bytes.remaining(), CaptureLimits.MAX_FRAME_BYTES);
        block.begin(BlockType.ENHANCED_PACKET);
        block.i32(interfaceId).time(frame.atNanos()).i32(captured).i32(Math.max(frame.originalBytes(), captured));
        block.bytes(bytes, captured).pad();
        int direction = direction(frame);
        if (direction != 0) {
            block.option(BlockType.PACKET_FLAGS, Integer.BYTES).i32(direction);
        }
        comments(frame.comments());
        flush();
    }

    /**
     * Writes the counters of an interface.
     *
     * @throws IndexOutOfBoundsException if it was not described
     */
    public void statistics(InterfaceStatistics counted) {
        checkInterface(counted.interfaceId());
        block.begin(BlockType.STATISTICS);
        block.i32(counted.interfaceId()).time(counted.atNanos());
        count(BlockType.STATISTICS_RECEIVED, counted.received());
        count(BlockType.STATISTICS_DROPPED, counted.droppedByInterface());
        count(BlockType.STATISTICS_ACCEPTED, counted.accepted());
        count(BlockType.STATISTICS_SYSTEM_DROPPED, counted.droppedBySystem());
        flush();
    }

    private void checkInterface(int id) {
        if (id < 0 || id >= interfaces) {
            throw new IndexOutOfBoundsException(
                    "Interface " + id + " was not described; call addInterface() first, " + interfaces + " are known");
        }
    }

    private static int direction(Frame frame) {
        return switch (frame.direction()) {
            case UNKNOWN -> 0;
            case INCOMING -> 1;
            case OUTGOING -> 2;
        };
    }

    private void comments(List<String> comments) {
        for (String comment : comments) {
            if (block.length() > CaptureLimits.MAX_BLOCK_BYTES - 2 * MAX_TEXT_BYTES) {
                return;
            }
            text(BlockType.COMMENT, comment);
        }
    }

    private void text(int code, @Nullable String text) {
        if (text != null) {
            byte[] bytes = BlockBuffer.utf8(text, MAX_TEXT_BYTES);
            block.option(code, bytes.length).bytes(bytes).pad();
        }
    }

    private void count(int code, long count) {
        if (count != InterfaceStatistics.ABSENT) {
            block.option(code, Long.BYTES).i64(count);
        }
    }

    private void flush() {
        sink.write(block.end());
    }
}
