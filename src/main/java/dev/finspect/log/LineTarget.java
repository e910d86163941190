package dev.finspect.log;

import dev.finspect.log.line.LineBatch;
import java.io.Closeable;
import java.io.IOException;

/** Where lines end up. Used by the writer's thread alone. */
interface LineTarget extends Closeable {
    /**
     * Writes lines and takes them off the batch. Whatever is left in it, after an error or because the target takes no
     * more for now, is to be given again later.
     */
    void write(LineBatch batch) throws IOException;

    /** Its name in messages. */
    @Override
    String toString();
}
