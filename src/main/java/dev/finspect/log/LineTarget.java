package dev.finspect.log;

import dev.finspect.log.line.LineBatch;
import java.io.Closeable;
import java.io.IOException;

/** The destination of log lines. Used by the writer's thread only. */
interface LineTarget extends Closeable {
    /**
     * Writes lines and removes them from the batch. Lines that remain, after an error or because the target is full, are
     * written by a later call.
     */
    void write(LineBatch batch) throws IOException;

    /** Lines that the target has written and deleted again to make room. Any thread. */
    default long deletedLines() {
        return 0;
    }

    /** Opens the target again by its path, which another program may have moved away; keeps the open one if that fails. */
    default void reopen() throws IOException {}

    /** The name of the target in messages. */
    @Override
    String toString();
}
