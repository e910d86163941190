package dev.finspect.wire.capture;

import dev.finspect.wire.packet.Frame;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pcap or pcapng file frame by frame:
 *
 * <pre>{@code
 * while (reader.advance()) { decoder.decode(reader.frame()); }
 * print(reader.end().sentence());
 * }</pre>
 *
 * <p>Any input gives frames and an end, never an exception. Memory is bounded by the largest packet or block in the file,
 * at most 16 MiB and as much again while the buffer grows, and by {@link CaptureLimits#MAX_INTERFACES}. Not thread-safe.
 */
public final class CaptureReader {

    private static final int SAMPLE_BYTES = 512;

    private final InputWindow input;
    private final Frame frame = new Frame();
    private final CaptureDescription described = new CaptureDescription();
    private @Nullable CaptureFormat format;
    private @Nullable CaptureEnd end;

    /** Creates a reader; nothing is read yet. */
    public CaptureReader(ByteSource source) {
        input = new InputWindow(source);
    }

    /** Advances to the next frame; false if there is none, and then always. */
    public boolean advance() {
        if (end != null) {
            return false;
        }
        if (format == null) {
            end = open();
        }
        if (end == null) {
            end = Objects.requireNonNull(format).next();
        }
        return end == null;
    }

    /** The frame that the last {@link #advance()} found; always the same object, valid until the next call. */
    public Frame frame() {
        return frame;
    }

    /**
     * Why there are no more frames.
     *
     * @throws IllegalStateException if {@link #advance()} has not returned false yet
     */
    public CaptureEnd end() {
        if (end == null) {
            throw new IllegalStateException(
                    "The capture has not been read to its end; call advance() until it is false");
        }
        return end;
    }

    /** Bytes of the source that have been processed, for a progress display. */
    public long offset() {
        return input.offset();
    }

    /** The interfaces described so far; {@link Frame#interfaceId()} is an index into this list. */
    public List<CaptureInterface> interfaces() {
        return Collections.unmodifiableList(described.interfaces);
    }

    /** The latest statistics of each interface that has any. */
    public List<InterfaceStatistics> statistics() {
        return List.copyOf(described.statistics.values());
    }

    /** Who wrote the current section; empty for a pcap file. */
    public CaptureSection section() {
        return described.section;
    }

    /** Frames so far without a time stamp of their own (pcapng's simple packets), which have that of the frame before. */
    public long untimedFrames() {
        return described.untimedFrames;
    }

    private @Nullable CaptureEnd open() {
        if (!input.has(4)) {
            input.has(SAMPLE_BYTES);
            return new CaptureEnd.NotACapture(FileKind.of(input.view(0, Math.min(SAMPLE_BYTES, input.available()))));
        }
        switch (input.i32(0)) {
            case PcapFormat.MICROS -> format = new PcapFormat(input, frame, described, ByteOrder.BIG_ENDIAN, 1000);
            case PcapFormat.MICROS_SWAPPED ->
                format = new PcapFormat(input, frame, described, ByteOrder.LITTLE_ENDIAN, 1000);
            case PcapFormat.NANOS -> format = new PcapFormat(input, frame, described, ByteOrder.BIG_ENDIAN, 1);
            case PcapFormat.NANOS_SWAPPED ->
                format = new PcapFormat(input, frame, described, ByteOrder.LITTLE_ENDIAN, 1);
            case BlockType.SECTION -> format = new PcapNgFormat(input, frame, described);
            case PcapFormat.KUZNETZOV, PcapFormat.KUZNETZOV_SWAPPED -> {
                return new CaptureEnd.Unsupported(
                        "pcap as modified by Alexey Kuznetzov; convert it with: editcap -F pcapng IN OUT");
            }
            default -> {
                input.has(SAMPLE_BYTES);
                return new CaptureEnd.NotACapture(
                        FileKind.of(input.view(0, Math.min(SAMPLE_BYTES, input.available()))));
            }
        }
        return null;
    }
}
