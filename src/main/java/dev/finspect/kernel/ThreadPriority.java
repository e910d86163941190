package dev.finspect.kernel;

import com.sun.jna.LastErrorException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scheduling priority of threads that only record (nice(2), sched(7)). Linux has a nice value for each thread, and a
 * thread needs no privilege to raise its own.
 */
public final class ThreadPriority {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadPriority.class);
    /** About a tenth of the share of a thread with the nice value 0. */
    private static final int BACKGROUND = 10;

    private ThreadPriority() {}

    /**
     * Gives the calling thread less processor time than others where there is not enough, so that an event loop that has
     * something to forward does not wait for it. Does nothing where the system does not let it. Loads JNA.
     */
    public static void lower() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return; // Elsewhere it is a matter of the whole process.
        }
        String folder = System.getProperty("jna.tmpdir", System.getProperty("java.io.tmpdir", ""));
        if (!Files.isWritable(Path.of(folder))) {
            return; // JNA cannot unpack its library, and would print a stack trace.
        }
        try {
            LibC.nice(BACKGROUND);
        } catch (LastErrorException | LinkageError e) {
            LOG.debug("{} keeps its priority: {}", Thread.currentThread().getName(), e.toString());
        }
    }
}
