package dev.finspect.wire.capture;

/** Walks the options at the end of a pcapng block; ends at the first whose length does not fit. */
final class Options {
    private final Input input;
    private int next;
    private int end;
    private int at;
    private int length;

    Options(Input input) {
        this.input = input;
    }

    /** Begins at a block's options, which lie between two places ahead of the input. */
    Options over(int from, int to) {
        next = from;
        end = to;
        return this;
    }

    /** Goes on to the next option; its code, or {@link BlockType#END_OF_OPTIONS}. */
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

    /** The value as text, but no more than so many bytes of it. */
    String text(int skippedBytes, int maxBytes) {
        int from = Math.min(skippedBytes, length);
        return input.text(at + from, Math.min(maxBytes, length - from));
    }

    /** The value's first byte; the answer for one that is too short is the one given. */
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
