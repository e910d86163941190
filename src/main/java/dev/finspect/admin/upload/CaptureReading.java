package dev.finspect.admin.upload;

import dev.finspect.session.SessionRecord;
import dev.finspect.wire.capture.ByteSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads capture files with the thresholds and limits of a proxy that runs. */
@FunctionalInterface
public interface CaptureReading {
    /**
     * Reads a file to its end, on the calling thread, and passes on each connection. Exceptions of the source are passed on.
     *
     * @throws UnreadableCapture if there is no packet that can be read
     */
    Summary read(ByteSource file, Consumer<SessionRecord> records) throws UnreadableCapture;

    /**
     * What was read.
     *
     * @param counts of packets and connections, for people
     * @param trouble why the file was not read to its end; null if it was
     */
    record Summary(String counts, @Nullable String trouble) {}

    /** There is no packet that can be read; the message says why. */
    final class UnreadableCapture extends Exception {
        private static final long serialVersionUID = 1;

        /** For this reason. */
        public UnreadableCapture(String reason) {
            super(reason);
        }
    }
}
