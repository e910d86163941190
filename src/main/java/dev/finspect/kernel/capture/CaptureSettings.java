package dev.finspect.kernel.capture;

import dev.finspect.wire.filter.FilterRule;
import java.util.List;

/**
 * What a capture is told.
 *
 * @param rules whose packets it sees
 * @param blockBytes size of a block of the ring, a multiple of the page size
 * @param blocks how many blocks, at least two; together they bound what the capture holds of the kernel's memory
 */
public record CaptureSettings(List<FilterRule> rules, int blockBytes, int blocks) {
    /** A block's size when nothing else is said: 256 KiB. */
    public static final int BLOCK_BYTES = 256 << 10;
    /** Blocks when nothing else is said, 8 MiB in all. */
    public static final int BLOCKS = 32;

    /** These rules with a ring of 8 MiB. */
    public static CaptureSettings of(List<FilterRule> rules) {
        return new CaptureSettings(rules, BLOCK_BYTES, BLOCKS);
    }

    /** The ring's size. */
    public long ringBytes() {
        return (long) blockBytes * blocks;
    }
}
