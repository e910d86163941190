package dev.finspect.wire.capture;

/** Limits of what the readers and the writer of capture files accept. */
final class CaptureLimits {
    /** Longest packet, and longest block whose content is read. */
    static final int MAX_BLOCK_BYTES = 1 << 24;
    /** Longest frame that the readers and the writer accept; it leaves room in a block for the frame's options. */
    static final int MAX_FRAME_BYTES = MAX_BLOCK_BYTES / 2;
    /** Most interfaces of one file; a file with more counts as damaged. */
    static final int MAX_INTERFACES = 1 << 13;

    private CaptureLimits() {}
}
