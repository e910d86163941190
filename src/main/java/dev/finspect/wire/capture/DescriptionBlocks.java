package dev.finspect.wire.capture;

import dev.finspect.wire.packet.LinkType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads pcapng blocks about sections, interfaces and statistics, and numbers interfaces across all sections. */
final class DescriptionBlocks {
    /** Limit for each text of an interface, since a file can describe thousands of interfaces. */
    private static final int MAX_TEXT_BYTES = 1024;

    private final InputWindow input;
    private final PcapNgOptions options;
    private final CaptureDescription described;

    /** Time scale of each interface of this section. */
    private final List<TimeScale> scales = new ArrayList<>();

    private int firstOfSection;

    DescriptionBlocks(InputWindow input, PcapNgOptions options, CaptureDescription described) {
        this.input = input;
        this.options = options;
        this.described = described;
    }

    /** The time scale of this interface of the section; null if there is no such interface. */
    @Nullable
    TimeScale scale(int localInterface) {
        return localInterface >= 0 && localInterface < scales.size() ? scales.get(localInterface) : null;
    }

    /** The number within the file of this interface of the section. */
    int globalId(int localInterface) {
        return firstOfSection + localInterface;
    }

    void beginSection(int end) {
        scales.clear();
        firstOfSection = described.interfaces.size();
        options.over(24, end);
        String hardware = null;
        String system = null;
        String application = null;
        String comment = null;
        int code = options.advance();
        while (code != BlockType.END_OF_OPTIONS) {
            switch (code) {
                case BlockType.SECTION_HARDWARE -> hardware = options.text();
                case BlockType.SECTION_SYSTEM -> system = options.text();
                case BlockType.SECTION_APPLICATION -> application = options.text();
                case BlockType.COMMENT -> comment = options.text();
                default -> {
                    // Not used.
                }
            }
            code = options.advance();
        }
        described.section = new CaptureSection(hardware, system, application, comment);
    }

    /** Adds an interface; false if there are too many. */
    boolean addInterface(int end) {
        if (described.interfaces.size() == CaptureLimits.MAX_INTERFACES) {
            return false;
        }
        LinkType linkType = new LinkType(input.u16(8));
        int snapBytes = Math.max(0, input.i32(12));
        options.over(16, end);
        String name = null;
        String description = null;
        String filter = null;
        int resolution = TimeScale.MICROS;
        long offsetSeconds = 0;
        int code = options.advance();
        while (code != BlockType.END_OF_OPTIONS) {
            switch (code) {
                case BlockType.INTERFACE_NAME -> name = options.text(0, MAX_TEXT_BYTES);
                case BlockType.INTERFACE_DESCRIPTION -> description = options.text(0, MAX_TEXT_BYTES);
                // The first byte says whether the filter follows as text or as BPF code.
                case BlockType.INTERFACE_FILTER ->
                    filter = options.u8(1) == 0 ? options.text(1, MAX_TEXT_BYTES) : filter;
                case BlockType.INTERFACE_RESOLUTION -> resolution = options.u8(resolution);
                case BlockType.INTERFACE_TIME_OFFSET -> offsetSeconds = options.i64(0);
                default -> {
                    // Not used.
                }
            }
            code = options.advance();
        }
        scales.add(new TimeScale(resolution, offsetSeconds));
        described.interfaces.add(new CaptureInterface(linkType, snapBytes, name, description, filter));
        return true;
    }

    /** Adds statistics; skips those of an interface that was not described. */
    void addStatistics(int end) {
        int local = input.i32(8);
        TimeScale scale = scale(local);
        if (scale == null) {
            return;
        }
        long at = scale.nanos((input.u32(12) << Integer.SIZE) | input.u32(16));
        options.over(20, end);
        long[] counts = new long[BlockType.STATISTICS_SYSTEM_DROPPED + 1];
        Arrays.fill(counts, InterfaceStatistics.ABSENT);
        int code = options.advance();
        while (code != BlockType.END_OF_OPTIONS) {
            if (code < counts.length) {
                counts[code] = options.i64(InterfaceStatistics.ABSENT);
            }
            code = options.advance();
        }
        InterfaceStatistics statistics = new InterfaceStatistics(
                globalId(local),
                at,
                counts[BlockType.STATISTICS_RECEIVED],
                counts[BlockType.STATISTICS_DROPPED],
                counts[BlockType.STATISTICS_ACCEPTED],
                counts[BlockType.STATISTICS_SYSTEM_DROPPED]);
        described.statistics.put(statistics.interfaceId(), statistics);
    }
}
