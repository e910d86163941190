package dev.finspect.wire.capture;

/** Types of pcapng blocks, and codes of the options that finspect reads or writes (draft-ietf-opsawg-pcapng). */
final class BlockType {
    static final int INTERFACE = 1;
    static final int OBSOLETE_PACKET = 2;
    static final int SIMPLE_PACKET = 3;
    static final int STATISTICS = 5;
    static final int ENHANCED_PACKET = 6;
    /** The same in both byte orders. */
    static final int SECTION = 0x0a0d0d0a;

    static final int BYTE_ORDER_MARK = 0x1a2b3c4d;

    static final int END_OF_OPTIONS = 0;
    static final int COMMENT = 1;

    static final int SECTION_HARDWARE = 2;
    static final int SECTION_SYSTEM = 3;
    static final int SECTION_APPLICATION = 4;

    static final int INTERFACE_NAME = 2;
    static final int INTERFACE_DESCRIPTION = 3;
    static final int INTERFACE_RESOLUTION = 9;
    static final int INTERFACE_FILTER = 11;
    static final int INTERFACE_TIME_OFFSET = 14;

    static final int PACKET_FLAGS = 2;

    static final int STATISTICS_RECEIVED = 4;
    static final int STATISTICS_DROPPED = 5;
    static final int STATISTICS_ACCEPTED = 6;
    static final int STATISTICS_SYSTEM_DROPPED = 7;

    private BlockType() {}

    /** The next multiple of four. */
    static int padded(int bytes) {
        return (bytes + 3) & ~3;
    }
}
