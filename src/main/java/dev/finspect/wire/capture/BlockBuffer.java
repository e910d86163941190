package dev.finspect.wire.capture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing buffer for one pcapng block that is being written. */
final class BlockBuffer {
    private static final int FIRST_CAPACITY = 1 << 12;
    /** Bytes of the block type, both lengths and the end of the options. */
    private static final int FRAME_BYTES = 16;

    private ByteBuffer bytes;
    private boolean options;

    BlockBuffer(ByteOrder order) {
        bytes = ByteBuffer.allocate(FIRST_CAPACITY).order(order);
    }

    /** The text in UTF-8, cut between two characters if it is longer than {@code maxBytes}. */
    static byte[] utf8(String text, int maxBytes) {
        byte[] all = text.getBytes(StandardCharsets.UTF_8);
        if (all.length <= maxBytes) {
            return all;
        }
        int end = maxBytes;
        while ((all[end] & 0xc0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(all, end);
    }

    void begin(int type) {
        bytes.clear();
        options = false;
        i32(type).i32(0);
    }

    /** Ends the block and returns it; valid until the next block begins. */
    ByteBuffer end() {
        if (options) {
            i32(BlockType.END_OF_OPTIONS);
        }
        int length = bytes.position() + Integer.BYTES;
        i32(length);
        bytes.putInt(Integer.BYTES, length);
        return bytes.flip();
    }

    /** Bytes so far. */
    int length() {
        return bytes.position();
    }

    BlockBuffer option(int code, int length) {
        options = true;
        return i16(code).i16(length);
    }

    BlockBuffer i8(int value) {
        room(1).put((byte) value);
        return this;
    }

    BlockBuffer i16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    BlockBuffer i32(int value) {
        room(4).putInt(value);
        return this;
    }

    BlockBuffer i64(long value) {
        room(8).putLong(value);
        return this;
    }

    /** A time stamp: the upper 32 bits first, in either byte order. */
    BlockBuffer time(long nanos) {
        return i32((int) (nanos >>> Integer.SIZE)).i32((int) nanos);
    }

    BlockBuffer bytes(byte[] value) {
        room(value.length).put(value);
        return this;
    }

    /** Copies the first bytes of another buffer, which is not changed. */
    BlockBuffer bytes(ByteBuffer from, int count) {
        ByteBuffer to = room(count);
        to.put(to.position(), from, from.position(), count).position(to.position() + count);
        return this;
    }

    /** Pads with zeros to a multiple of four. */
    void pad() {
        while ((bytes.position() & 3) != 0) {
            i8(0);
        }
    }

    private ByteBuffer room(int count) {
        int needed = bytes.position() + count + FRAME_BYTES;
        if (needed > bytes.capacity()) {
            bytes = ByteBuffer.allocate(Math.max(needed, bytes.capacity() * 2))
                    .order(bytes.order())
                    .put(bytes.flip());
        }
        return bytes;
    }
}
