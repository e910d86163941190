package dev.finspect.relay;

import dev.finspect.session.ProxyReason;
import dev.finspect.session.SessionEvent;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the whole process does while accept() fails for want of descriptors or memory: no listener tries for
 * {@link #PAUSE_NANOS}, and one spare descriptor is set free, so that the state can still be asked for. Any thread.
 */
final class DescriptorShortage {
    /** A tenth of a second: at most ten failures a second. */
    static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final Logger LOG = LoggerFactory.getLogger(DescriptorShortage.class);

    private @Nullable FileDescriptor spare;
    private volatile boolean pausing;
    private volatile long pausedUntilNanos;

    /**
     * Goes through a shortage once, and loads what sessions need to tell of one: where classes lie in a folder, loading one
     * takes a descriptor.
     */
    DescriptorShortage() {
        LOG.debug("{} and {} are known", SessionEvent.class.getPermittedSubclasses(), ProxyReason.values());
        long now = System.nanoTime();
        if (Errno.isShortage(Errno.of(new IOException("error(-" + Errno.EMFILE + ")")))) {
            failed(now - PAUSE_NANOS);
        }
        if (!mayAccept(now)) {
            throw new IllegalStateException("no descriptor is left before the first connection");
        }
    }

    /** Begins, or goes on: accept() has failed. */
    synchronized void failed(long nowNanos) {
        pausedUntilNanos = nowNanos + PAUSE_NANOS;
        pausing = true;
        close();
    }

    /** Whether accept() may be tried now: the pause is over, and the spare descriptor could be had again. */
    boolean mayAccept(long nowNanos) {
        return !pausing || tryEnd(nowNanos);
    }

    /** Gives the spare descriptor up. */
    synchronized void close() {
        FileDescriptor open = spare;
        spare = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // It is gone either way.
            }
        }
    }

    private synchronized boolean tryEnd(long nowNanos) {
        if (pausing && nowNanos - pausedUntilNanos >= 0) {
            spare = spare == null ? open() : spare;
            pausing = spare == null;
            pausedUntilNanos = nowNanos + PAUSE_NANOS;
        }
        return !pausing;
    }

    private static @Nullable FileDescriptor open() {
        try {
            return FileDescriptor.from("/dev/null");
        } catch (IOException e) {
            return null;
        }
    }
}
