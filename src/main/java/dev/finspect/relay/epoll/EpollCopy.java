package dev.finspect.relay.epoll;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes from a leg to its peer through the loop's scratch buffer. What a short write leaves is held, and the leg is not
 * read again before it is gone. Confined to the loop.
 */
final class EpollCopy {
    private static final int FULL_READS_TO_SPLICE = 2;

    private final EpollInput from;
    private @Nullable ByteBuf held;
    private int fullReadsInARow;

    EpollCopy(EpollInput from) {
        this.from = from;
    }

    /** Reads once and writes what was read; false when the leg must not go on. */
    boolean move(EpollOutput to, long nowNanos) {
        EpollLoop loop = from.loop();
        int wanted = loop.heldBytes.readLimit(EpollLoop.SCRATCH_BYTES);
        int read;
        try {
            read = from.socket().recvAddress(loop.scratchAddress, 0, wanted);
        } catch (IOException e) {
            from.readFailed(e);
            return false;
        }
        if (read < 0) {
            from.endOfInput();
            return false;
        }
        if (read == 0) {
            from.readable(false);
            return true;
        }
        boolean end = read < wanted && from.endsWithShortRead();
        from.received(read, nowNanos);
        if (read < wanted) {
            fullReadsInARow = 0;
            from.readable(from.urgentSeen() || from.endMayHaveCome());
            if (from.finArrived()) {
                to.cork();
            }
        } else if (read == EpollLoop.SCRATCH_BYTES
                && loop.splices()
                && !from.urgentSeen()
                && ++fullReadsInARow >= FULL_READS_TO_SPLICE) {
            fullReadsInARow = 0;
            from.goInBulk();
        }
        boolean goesOn = write(to, read, nowNanos);
        if (goesOn && end) {
            from.endOfInput();
            return false;
        }
        return goesOn;
    }

    private boolean write(EpollOutput to, int length, long nowNanos) {
        EpollLoop loop = from.loop();
        int written;
        try {
            written = to.write(loop.scratchAddress, length, nowNanos);
        } catch (IOException e) {
            to.traffic.undeliveredBytes += length;
            from.writeFailed(NettyErrno.of(e));
            return false;
        }
        from.show(length);
        if (written == length) {
            return !from.isClosed();
        }
        held = loop.hold(written, length);
        to.traffic.held(length - written);
        from.pause(nowNanos);
        return false;
    }

    /** Writes what is held; true when nothing is left. */
    boolean flush(EpollOutput to) {
        ByteBuf bytes = held;
        if (bytes == null) {
            return true;
        }
        if (!to.isWritable()) {
            return false;
        }
        try {
            to.write(bytes);
        } catch (IOException e) {
            from.discard();
            from.writeFailed(NettyErrno.of(e));
            return false;
        }
        if (bytes.isReadable()) {
            return false;
        }
        held = null;
        from.loop().release(bytes);
        return true;
    }

    /** Drops what is held; returns how many bytes were lost. */
    int discard() {
        ByteBuf bytes = held;
        if (bytes == null) {
            return 0;
        }
        held = null;
        int lost = bytes.readableBytes();
        from.loop().release(bytes);
        return lost;
    }
}
