package dev.finspect.wire.capture;

import java.nio.ByteBuffer;

/** Supplies the bytes for a reader: a file, a stream, an array. */
@FunctionalInterface
public interface ByteSource {
    /**
     * Puts bytes at the buffer's position and advances the position; blocks until there is at least one byte. An exception
     * is passed on to the reader's caller.
     *
     * @param into has room for at least one byte
     * @return the number of bytes; 0 or less at the end
     */
    int fill(ByteBuffer into);

    /** A source of the bytes between the buffer's position and limit; advances its position. */
    static ByteSource of(ByteBuffer bytes) {
        return into -> {
            int count = Math.min(into.remaining(), bytes.remaining());
            into.put(into.position(), bytes, bytes.position(), count);
            into.position(into.position() + count);
            bytes.position(bytes.position() + count);
            return count;
        };
    }
}
