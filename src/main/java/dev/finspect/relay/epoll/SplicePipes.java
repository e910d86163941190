package dev.finspect.relay.epoll;

import dev.finspect.relay.PipeSizer;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pipes of one loop through which bulk is spliced; a leg has one only while bytes are in it. Confined to the loop, but
 * for the count, which all loops share.
 */
final class SplicePipes {
    private static final int KEPT = 8;

    private final AtomicInteger open;
    private final IntSupplier most;
    private final PipeSizer sizer;
    private final ArrayDeque<Pipe> idle = new ArrayDeque<>();

    SplicePipes(AtomicInteger open, IntSupplier most, PipeSizer sizer) {
        this.most = most;
        this.open = open;
        this.sizer = sizer;
    }

    /** An empty pipe; null when there are enough in the process, or no descriptors. */
    @Nullable
    Pipe take() {
        Pipe pipe = idle.pollFirst();
        if (pipe == null) {
            return make();
        }
        enlarge(pipe);
        return pipe;
    }

    /** Takes a pipe back; closes it when bytes are left in it, or enough are idle. */
    void giveBack(Pipe pipe) {
        if (pipe.bytes == 0 && idle.size() < KEPT) {
            idle.addFirst(pipe);
        } else {
            destroy(pipe);
        }
    }

    /** Closes all that are idle. */
    void close() {
        for (Pipe pipe = idle.pollFirst(); pipe != null; pipe = idle.pollFirst()) {
            destroy(pipe);
        }
    }

    private @Nullable Pipe make() {
        if (open.incrementAndGet() > most.getAsInt()) {
            open.decrementAndGet();
            return null;
        }
        try {
            FileDescriptor[] ends = FileDescriptor.pipe();
            Pipe pipe = new Pipe(ends[0], ends[1]);
            enlarge(pipe);
            return pipe;
        } catch (IOException e) {
            open.decrementAndGet();
            return null;
        }
    }

    /** Again at every use until it is done: in the first moments of a process the kernel cannot be asked yet. */
    private void enlarge(Pipe pipe) {
        if (!pipe.sized) {
            pipe.sized = sizer.enlarge(pipe.in.intValue());
        }
    }

    private void destroy(Pipe pipe) {
        open.decrementAndGet();
        closeQuietly(pipe.out);
        closeQuietly(pipe.in);
    }

    private static void closeQuietly(FileDescriptor end) {
        try {
            end.close();
        } catch (IOException e) {
            // A pipe's end that does not close is not ours any more.
        }
    }

    /** A pipe and the bytes in it. */
    static final class Pipe {
        final FileDescriptor out;
        final FileDescriptor in;
        int bytes;
        boolean sized;

        Pipe(FileDescriptor out, FileDescriptor in) {
            this.out = out;
            this.in = in;
        }
    }
}
