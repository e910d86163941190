package dev.finspect.kernel;

import com.sun.jna.LastErrorException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enlarges pipes with {@code fcntl(F_SETPIPE_SZ)} (fcntl(2), pipe(7)), so that one splice moves more bytes. Thread-safe.
 *
 * <p>The call needs JNA, which takes about 110 ms to load. It is loaded on a thread of its own, at {@link #warm} or for the first
 * pipe. Until it is loaded, and if it cannot be loaded, pipes keep their size.
 */
public final class PipeSizes {
    private static final Logger LOG = LoggerFactory.getLogger(PipeSizes.class);
    /** Kept in a field, because a logger without a reference can lose its level. */
    private static final java.util.logging.Logger JNA_LOG = java.util.logging.Logger.getLogger("com.sun.jna");

    private static final int F_SETPIPE_SZ = 1031;

    /** Tried in this order: the kernel's maximum for unprivileged users, then a size that a nearly used quota may allow. */
    private static final int[] WANTED_BYTES = {1 << 20, 1 << 18};

    private final AtomicBoolean loading = new AtomicBoolean();
    private volatile @Nullable Fcntl fcntl;
    private volatile boolean loaded;
    private volatile String reason = "not loaded yet";

    /** Starts loading JNA in the background, once. */
    public void warm() {
        if (loading.compareAndSet(false, true)) {
            Thread loader = new Thread(this::load, "finspect-jna");
            loader.setDaemon(true);
            loader.start();
        }
    }

    /** Whether loading has ended, so that results of {@link #enlarge} are final. */
    public boolean loaded() {
        return loaded;
    }

    /**
     * Enlarges the pipe of this descriptor as far as the kernel allows; otherwise it keeps its size.
     *
     * @return the size in bytes that the kernel set; unavailable with the reason if the size was not changed
     */
    public Reading<Integer> enlarge(int descriptor) {
        Fcntl call = fcntl;
        if (call == null) {
            warm();
            return new Reading.Unavailable<>(reason);
        }
        String refused = "";
        for (int bytes : WANTED_BYTES) {
            try {
                return new Reading.Value<>(call.call(descriptor, F_SETPIPE_SZ, bytes));
            } catch (LastErrorException e) {
                refused = "fcntl(F_SETPIPE_SZ, " + bytes + "): errno " + e.getErrorCode();
            }
        }
        return new Reading.Unavailable<>(refused);
    }

    /** Loads JNA on the calling thread. */
    void load() {
        loading.set(true);
        try {
            // JNA logs stack traces for errors that it then throws.
            JNA_LOG.setLevel(Level.OFF);
            fcntl = new LibC();
        } catch (LinkageError | RuntimeException e) {
            String words = e.getMessage() == null ? e.toString() : e.getMessage();
            reason = "JNA cannot be loaded: " + words;
            LOG.warn(
                    "Splice pipes keep the size that the system gives them, since JNA cannot be loaded ({}). It is"
                            + " unpacked into {} or -Djna.tmpdir, which must be writable and not mounted noexec.",
                    words.lines().findFirst().orElse(""),
                    System.getProperty("java.io.tmpdir"));
        }
        loaded = true;
    }

    /** {@code fcntl} with an int as its third argument. */
    interface Fcntl {
        int call(int descriptor, int command, int argument) throws LastErrorException;
    }
}
