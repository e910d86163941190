package dev.finspect.kernel;

import com.sun.jna.LastErrorException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enlarges pipes by {@code fcntl(F_SETPIPE_SZ)} (fcntl(2), pipe(7)), so that one splice moves more. Any thread.
 *
 * <p>JNA, which carries the call, costs about 110 ms to load: that happens on a thread of its own, at {@link #warm} or
 * when the first pipe asks. Until it is there, and for good when it cannot be loaded, pipes keep the size they were made
 * with.
 */
public final class PipeSizes {
    private static final Logger LOG = LoggerFactory.getLogger(PipeSizes.class);
    /** Held, since a logger that nobody holds forgets its level. */
    private static final java.util.logging.Logger JNA_LOG = java.util.logging.Logger.getLogger("com.sun.jna");

    private static final int F_SETPIPE_SZ = 1031;

    /** Tried in this order: the kernel's ceiling for ordinary users, then what a used-up quota may still allow. */
    private static final int[] WANTED_BYTES = {1 << 20, 1 << 18};

    private final AtomicBoolean loading = new AtomicBoolean();
    private volatile @Nullable Fcntl fcntl;
    private volatile boolean loaded;
    private volatile String reason = "not loaded yet";

    /** Begins to load in the background, once. */
    public void warm() {
        if (loading.compareAndSet(false, true)) {
            Thread loader = new Thread(this::load, "finspect-jna");
            loader.setDaemon(true);
            loader.start();
        }
    }

    /** Whether what {@link #enlarge} answers from now on is final: false while JNA is being loaded. */
    public boolean loaded() {
        return loaded;
    }

    /**
     * Enlarges the pipe of this descriptor as far as the kernel lets it; a refused pipe stays as it is.
     *
     * @return the size in bytes that the kernel granted; unavailable with the reason where it stayed as it was
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

    /** Loads now, on this thread, if nobody has begun to. */
    void load() {
        loading.set(true);
        try {
            // It prints the traces of what it then reports by an error of its own.
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
