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
 * say(reader.end().sentence());
 * }</pre>
 *
 * <p>Any bytes give frames and an end, never an exception; memory is bounded by the largest packet or block that is
 * really there, at most 16 MiB and as much again while it grows, and by {@link #MAX_INTERFACES}. For one thread.
 */
public final class CaptureReader {
    /** No packet, and no block that is looked into, may be longer than this. */
    public static final int MAX_BLOCK_BYTES = 1 << 24;
    /** The longest frame that every reader and writer here takes; it leaves room in a block for what belongs to it. */
    public static final int MAX_FRAME_BYTES = MAX_BLOCK_BYTES / 2;
    /** No more interfaces are read from one file; more are damage. */
    public static final int MAX_INTERFACES = 1 << 13;

    private static final int SAMPLE_BYTES = 512;

    private final Input input;
    private final Frame frame = new Frame();
    private final Described described = new Described();
    private @Nullable Format format;
    private @Nullable CaptureEnd end;

    /** A reader that has not read anything yet. */
    public CaptureReader(ByteSource source) {
        input = new Input(source);
    }

    /** Goes on to the next frame; false when there is none, and then for ever. */
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

    /** The frame that the last {@link #advance()} found; always the same object, its content holds until the next call. */
    public Frame frame() {
        return frame;
    }

    /**
     * Why there are no more frames.
     *
     * @throws IllegalStateException while {@link #advance()} has not answered false
     */
    public CaptureEnd end() {
        if (end == null) {
            throw new IllegalStateException(
                    "The capture has not been read to its end; call advance() until it is false");
        }
        return end;
    }

    /** How many bytes of the source have been read and given out: for showing progress. */
    public long offset() {
        return input.offset();
    }

    /** Those described so far; {@link Frame#interfaceId()} is an index into it. */
    public List<CaptureInterface> interfaces() {
        return Collections.unmodifiableList(described.interfaces);
    }

    /** The last statistics of each interface that has some, so far. */
    public List<InterfaceStatistics> statistics() {
        return List.copyOf(described.statistics.values());
    }

    /** The newest section's maker; of a pcap file nothing is known. */
    public CaptureSection section() {
        return described.section;
    }

    /** How many frames so far had no time stamp (pcapng's simple packets) and so bear that of the frame before. */
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
