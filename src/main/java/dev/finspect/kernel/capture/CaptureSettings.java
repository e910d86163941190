package dev.finspect.kernel.capture;

import dev.finspect.wire.filter.FilterRule;
import java.util.List;

/**
 * Settings of a live capture.
 *
 * @param rules which packets are captured
 * @param interfaceIndex of which interface; 0 for all
 * @param blockBytes size of a block of the ring, a multiple of the page size
 * @param blocks number of blocks, at least two; together they are the kernel memory that the capture uses
 */
public record CaptureSettings(List<FilterRule> rules, int interfaceIndex, int blockBytes, int blocks) {
    /** Default size of a block: 64 KiB. */
    public static final int BLOCK_BYTES = 64 << 10;
    /**
     * Default number of blocks, 8 MiB in total. The kernel hands over a block after 20 ms at the latest, however little is in it:
     * so many bridge two and a half seconds in which the capture thread does not run.
     */
    public static final int BLOCKS = 128;

    /** Of all interfaces. */
    public CaptureSettings(List<FilterRule> rules, int blockBytes, int blocks) {
        this(rules, 0, blockBytes, blocks);
    }

    /** These rules with a ring of 8 MiB. */
    public static CaptureSettings of(List<FilterRule> rules) {
        return new CaptureSettings(rules, BLOCK_BYTES, BLOCKS);
    }

    /** Size of the ring. */
    public long ringBytes() {
        return (long) blockBytes * blocks;
    }
}
