package dev.finspect.wire.capture;

import java.nio.ByteBuffer;

/** Where a reader gets its bytes from: a file, a stream, an array. */
@FunctionalInterface
public interface ByteSource {
    /**
     * Puts bytes at the buffer's position and moves it, waiting until there is at least one. What it throws goes through
     * the reader to its caller.
     *
     * @param into has room for at least one byte
     * @return how many bytes; 0 or less at the end
     */
    int fill(ByteBuffer into);

    /** A source that gives what lies between the buffer's position and limit; moves its position. */
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
