package dev.finspect.relay.epoll;

import dev.finspect.tcp.Errno;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;

/** The reading side of a leg, for {@link EpollCopy} and {@link EpollBulk}, which move its bytes. Confined to the loop. */
interface EpollInput {
    EpollLoop loop();

    LinuxSocket socket();

    /** So many bytes of the peer were read. */
    void received(int bytes, long nowNanos);

    /** Shows what was read into the loop's scratch buffer, after it was written, to who looks at it. */
    void show(int bytes);

    /** Sets whether a read may find something. */
    void readable(boolean maybe);

    /** Whether the kernel has the peer's FIN, perhaps behind unread bytes. */
    boolean finArrived();

    /** Whether a read that returns less than was wanted has returned all that the peer sent: the FIN behind it had arrived before. */
    boolean endsWithShortRead();

    /** Whether there may be no more bytes to come. */
    boolean endMayHaveCome();

    /** Whether the peer sends urgent data, which must be read. */
    boolean urgentSeen();

    /** Whether the leg's socket is closed. */
    boolean isClosed();

    /** Bytes are moved by splice(2) from now on. */
    void goInBulk();

    /** The other leg takes no more for now. */
    void pause(long nowNanos);

    /** Reading reached the peer's FIN. */
    void endOfInput();

    /** Reading failed: the connection is over. */
    void readFailed(IOException error);

    /** Writing to the other leg failed: its connection is over. */
    void writeFailed(Errno errno);

    /** Drops what was read here and is not with the peer. */
    void discard();
}
