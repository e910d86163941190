package dev.finspect.wire.capture;

import java.nio.ByteBuffer;

/** Receives the bytes of a writer: a file, a socket, a buffer. */
@FunctionalInterface
public interface ByteSink {
    /**
     * Consumes all bytes between position and limit before it returns; the writer reuses the buffer afterwards. An
     * exception is passed on to the writer's caller.
     */
    void write(ByteBuffer block);
}
