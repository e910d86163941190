package dev.finspect.wire.capture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A buffered window of the source's bytes; it grows to what is requested, as far as the source has that many bytes. */
final class InputWindow {
    private static final int FIRST_CAPACITY = 1 << 18;

    private final ByteSource source;
    private ByteBuffer window = ByteBuffer.allocate(FIRST_CAPACITY).limit(0);
    /** The same bytes for frames, with the position and limit of the current frame. */
    private ByteBuffer view = window.duplicate();
    /** Offset in the source of the window's index 0. */
    private long base;

    private ByteOrder order = ByteOrder.BIG_ENDIAN;

    InputWindow(ByteSource source) {
        this.source = source;
    }

    /** Offset in the source of the next byte. */
    long offset() {
        return base + window.position();
    }

    void order(ByteOrder newOrder) {
        order = newOrder;
        window.order(newOrder);
    }

    /** Bytes that can be read without reading from the source. */
    int available() {
        return window.remaining();
    }

    /** Whether that many bytes are available; if not, all remaining bytes can be read. */
    boolean has(int bytes) {
        return window.remaining() >= bytes || fetch(bytes);
    }

    /** Skips bytes; returns how many of them were missing. */
    long skip(long bytes) {
        long left = bytes;
        while (left > window.remaining()) {
            left -= window.remaining();
            window.position(window.limit());
            if (!has(1)) {
                return left;
            }
        }
        window.position(window.position() + (int) left);
        return 0;
    }

    int u8(int ahead) {
        return window.get(window.position() + ahead) & 0xff;
    }

    int u16(int ahead) {
        return window.getShort(window.position() + ahead) & 0xffff;
    }

    int i32(int ahead) {
        return window.getInt(window.position() + ahead);
    }

    long u32(int ahead) {
        return i32(ahead) & 0xffffffffL;
    }

    long i64(int ahead) {
        return window.getLong(window.position() + ahead);
    }

    /** Bytes from {@code ahead} on, not copied; valid until the window moves. */
    ByteBuffer view(int ahead, int bytes) {
        int from = window.position() + ahead;
        return view.limit(from + bytes).position(from);
    }

    /** Bytes from {@code ahead} on as UTF-8; invalid bytes become replacement characters. */
    String text(int ahead, int bytes) {
        byte[] copy = new byte[bytes];
        window.get(window.position() + ahead, copy);
        return new String(copy, StandardCharsets.UTF_8);
    }

    private boolean fetch(int bytes) {
        makeRoom();
        while (window.position() < bytes) {
            if (!window.hasRemaining()) {
                grow();
            }
            if (source.fill(window) <= 0) {
                break;
            }
        }
        window.flip();
        return window.limit() >= bytes;
    }

    /** Moves the remaining bytes to the front and prepares the window to be filled. */
    private void makeRoom() {
        base += window.position();
        window.compact();
    }

    private void grow() {
        ByteBuffer larger =
                ByteBuffer.allocate(window.capacity() * 2).order(order).put(window.flip());
        window = larger;
        view = larger.duplicate();
    }
}
