package dev.finspect.wire.capture;

import java.nio.ByteBuffer;

/** Where a writer puts its bytes: a file, a socket, a buffer. */
@FunctionalInterface
public interface ByteSink {
    /**
     * Takes all bytes between position and limit before it returns; the buffer is the writer's and is filled anew
     * afterwards. What it throws goes through the writer to its caller.
     */
    void write(ByteBuffer block);
}
