package dev.finspect.relay.epoll;

import dev.finspect.relay.epoll.SplicePipes.Pipe;
import io.netty.channel.epoll.Native;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The way of many bytes from a leg to its peer: through a pipe, inside the kernel, by splice(2). Made for the first full
 * reads of a leg, and left again after some small transfers. Confined to the loop.
 */
final class EpollBulk {
    private static final int SPLICE_BYTES = 1 << 20;
    private static final int SMALL_SPLICE_BYTES = 16 * 1024;
    private static final int SMALL_SPLICES_TO_COPY = 8;

    private final EpollLeg from;
    private @Nullable Pipe pipe;
    private int smallInARow;
    private boolean on;

    EpollBulk(EpollLeg from) {
        this.from = from;
    }

    /** Whether the leg's bytes go this way now. */
    boolean isOn() {
        return on;
    }

    /** From now on they do. */
    void begin() {
        on = true;
        smallInARow = 0;
    }

    /** Moves once; false when the leg must not go on. */
    boolean move(EpollLeg to, long nowNanos) {
        Pipe through = from.urgentSeen() ? null : pipe == null ? from.loop.pipes.take() : pipe;
        if (through == null) {
            on = false;
            return true;
        }
        pipe = through;
        int moved;
        try {
            moved = Native.splice(from.socket.intValue(), -1, through.in.intValue(), -1, SPLICE_BYTES);
        } catch (IOException e) {
            giveBack(through);
            from.readFailed(e);
            return false;
        }
        if (moved == 0) {
            // Nothing there, or the end: a read tells which, where the end may have come.
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
    boolean flush(EpollLeg to) {
        Pipe through = pipe;
        return through == null || flush(to, through, System.nanoTime());
    }

    private boolean flush(EpollLeg to, Pipe through, long nowNanos) {
        while (through.bytes > 0 && to.isWritable()) {
            int moved;
            try {
                moved = Native.splice(through.out.intValue(), -1, to.socket.intValue(), -1, through.bytes);
            } catch (IOException e) {
                from.discard();
                to.fail(NettyErrno.of(e));
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

    /** Drops what is in the pipe; answers with how many bytes were lost. */
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
        from.loop.pipes.giveBack(through);
    }
}
