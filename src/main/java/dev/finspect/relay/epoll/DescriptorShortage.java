package dev.finspect.relay.epoll;

import dev.finspect.tcp.Errno;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the whole process does while accept() fails for want of descriptors or memory: no listener tries for
 * {@link #PAUSE_NANOS}, and one spare descriptor is set free, so that the state can still be asked for. Any thread.
 */
final class DescriptorShortage {
    /** A tenth of a second: at most ten failures a second. */
    static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private @Nullable FileDescriptor spare;
    private volatile boolean pausing;
    private volatile long pausedUntilNanos;

    /** Goes through a shortage once, so that a real one finds its classes loaded: in a folder, loading takes a descriptor. */
    DescriptorShortage() {
        long now = System.nanoTime();
        if (NettyErrno.of(new IOException("error(-" + Errno.EMFILE.number() + ")"))
                .isShortage()) {
            failed(now - PAUSE_NANOS);
        }
        if (!mayAccept(now)) {
            throw new IllegalStateException("no descriptor is left before the first connection");
        }
    }

    /** Begins, or goes on: accept() or socket() has failed. */
    synchronized void failed(long nowNanos) {
        pausedUntilNanos = nowNanos + PAUSE_NANOS;
        pausing = true;
        close();
    }

    /** Whether there is one, or was one of late. */
    boolean isOn() {
        return pausing;
    }

    /** Whether accept() may be tried now: the pause is over, and the spare descriptor could be had again. */
    boolean mayAccept(long nowNanos) {
        return !pausing || tryEnd(nowNanos);
    }

    /** Gives the spare descriptor up. */
    synchronized void close() {
        close(spare);
        spare = null;
    }

    /** Ends the shortage when there is a descriptor for each leg of a session besides the spare one. */
    private synchronized boolean tryEnd(long nowNanos) {
        if (pausing && nowNanos - pausedUntilNanos >= 0) {
            FileDescriptor mine = open();
            FileDescriptor client = open();
            FileDescriptor upstream = open();
            close(client);
            close(upstream);
            if (upstream == null) {
                close(mine);
                pausedUntilNanos = nowNanos + PAUSE_NANOS;
            } else {
                spare = mine;
                pausing = false;
            }
        }
        return !pausing;
    }

    private static void close(@Nullable FileDescriptor open) {
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // It is gone either way.
            }
        }
    }

    private static @Nullable FileDescriptor open() {
        try {
            return FileDescriptor.from("/dev/null");
        } catch (IOException e) {
            return null;
        }
    }
}
