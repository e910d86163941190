package dev.finspect.admin;

import java.util.concurrent.CompletableFuture;

/**
 * Makes a long response body a chunk at a time: each when the client has taken the one before, so that no more than a chunk is
 * held. Not for several threads at once.
 */
interface ChunkSource extends AutoCloseable {
    /**
     * A part of the body.
     *
     * @param last whether the body ends with it
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared; created once and sent.
    record Chunk(byte[] bytes, boolean last) {}

    /** The next chunk; not to be called after the last. */
    CompletableFuture<Chunk> next();

    /** Whether it ends only with its client, who may take its time as long as he takes something now and then. */
    default boolean isEndless() {
        return false;
    }

    /** Releases what it holds: after the last chunk, and when no more are wanted. */
    @Override
    void close();
}
