package dev.finspect.wire.capture;

/** Iterates over the options at the end of a pcapng block; stops at the first one with an invalid length. */
final class PcapNgOptions {
    private final InputWindow input;
    private int next;
    private int end;
    private int at;
    private int length;

    PcapNgOptions(InputWindow input) {
        this.input = input;
    }

    /** Starts at the options between two offsets ahead of the input. */
    PcapNgOptions over(int from, int to) {
        next = from;
        end = to;
        return this;
    }

    /** Advances to the next option; returns its code, or {@link BlockType#END_OF_OPTIONS}. */
    int advance() {
        if (end - next < 4) {
            return BlockType.END_OF_OPTIONS;
        }
        int code = input.u16(next);
        length = input.u16(next + 2);
        at = next + 4;
        next = at + BlockType.padded(length);
        return length <= end - at ? code : BlockType.END_OF_OPTIONS;
    }

    String text() {
        return input.text(at, length);
    }

    /** The value as text, without its first bytes and cut to {@code maxBytes}. */
    String text(int skippedBytes, int maxBytes) {
        int from = Math.min(skippedBytes, length);
        return input.text(at + from, Math.min(maxBytes, length - from));
    }

    /** The first byte of the value; {@code otherwise} if the value is too short. The next likewise. */
    int u8(int otherwise) {
        return length >= 1 ? input.u8(at) : otherwise;
    }

    int i32(int otherwise) {
        return length >= 4 ? input.i32(at) : otherwise;
    }

    long i64(long otherwise) {
        return length >= 8 ? input.i64(at) : otherwise;
    }
}
