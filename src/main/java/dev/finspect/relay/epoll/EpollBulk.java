package dev.finspect.relay.epoll;

import dev.finspect.relay.epoll.SplicePipes.Pipe;
import io.netty.channel.epoll.Native;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Moves many bytes from a leg to its peer through a pipe, inside the kernel, by splice(2). Begins after some full reads, and
 * ends after some small transfers. Confined to the loop.
 */
final class EpollBulk {
    private static final int SPLICE_BYTES = 1 << 20;
    private static final int SMALL_SPLICE_BYTES = 16 * 1024;
    private static final int SMALL_SPLICES_TO_COPY = 8;

    private final EpollInput from;
    private @Nullable Pipe pipe;
    private int smallInARow;
    private boolean on;

    EpollBulk(EpollInput from) {
        this.from = from;
    }

    /** Whether bytes are moved this way now. */
    boolean isOn() {
        return on;
    }

    /** Begins. */
    void begin() {
        on = true;
        smallInARow = 0;
    }

    /** Moves once; false when the leg must not go on. */
    boolean move(EpollOutput to, long nowNanos) {
        Pipe through =
                from.urgentSeen() ? null : pipe == null ? from.loop().pipes.take() : pipe;
        if (through == null) {
            on = false;
            return true;
        }
        pipe = through;
        int moved;
        try {
            moved = Native.splice(from.socket().intValue(), -1, through.in.intValue(), -1, SPLICE_BYTES);
        } catch (IOException e) {
            giveBack(through);
            from.readFailed(e);
            return false;
        }
        if (moved == 0) {
            // Nothing there, or the end: a read shows which, where the end may have come.
            giveBack(through);
            on = !from.endMayHaveCome();
            from.readable(!on);
            return true;
        }
        through.bytes += moved;
        from.received(moved, nowNanos);
        if (moved >= SMALL_SPLICE_BYTES) {
            smallInARow = 0;
        } else if (++smallInARow >= SMALL_SPLICES_TO_COPY) {
            on = false;
        }
        return flush(to, through, nowNanos);
    }

    /** Writes what is in the pipe; true when nothing is left. */
    boolean flush(EpollOutput to) {
        Pipe through = pipe;
        return through == null || flush(to, through, System.nanoTime());
    }

    private boolean flush(EpollOutput to, Pipe through, long nowNanos) {
        while (through.bytes > 0 && to.isWritable()) {
            int moved;
            try {
                moved = Native.splice(through.out.intValue(), -1, to.descriptor(), -1, through.bytes);
            } catch (IOException e) {
                from.discard();
                from.writeFailed(NettyErrno.of(e));
                return false;
            }
            if (moved <= 0) {
                to.full();
            } else {
                through.bytes -= moved;
                to.traffic.sent(moved, nowNanos);
            }
        }
        if (through.bytes > 0) {
            to.traffic.held(through.bytes);
            from.pause(nowNanos);
            return false;
        }
        if (!on) {
            giveBack(through);
        }
        return true;
    }

    /** Drops what is in the pipe; returns how many bytes were lost. */
    int discard() {
        Pipe through = pipe;
        if (through == null) {
            return 0;
        }
        int lost = through.bytes;
        giveBack(through);
        return lost;
    }

    private void giveBack(Pipe through) {
        pipe = null;
        from.loop().pipes.giveBack(through);
    }
}
