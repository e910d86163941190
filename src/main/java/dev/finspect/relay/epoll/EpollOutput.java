package dev.finspect.relay.epoll;

import dev.finspect.session.live.LegTraffic;
import io.netty.buffer.ByteBuf;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NotYetConnectedException;

/** The writing side of one socket. Confined to the loop. */
final class EpollOutput {
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_CORK = 3;

    final LegTraffic traffic;
    private final LinuxSocket socket;
    private final EpollInterest interest;
    private boolean writable = true;
    private boolean corked;

    EpollOutput(LinuxSocket socket, LegTraffic traffic, EpollInterest interest) {
        this.interest = interest;
        this.socket = socket;
        this.traffic = traffic;
    }

    /** Whether the socket takes bytes, as far as is known. */
    boolean isWritable() {
        return writable;
    }

    /** The socket takes no more until epoll reports OUT. */
    void full() {
        writable = false;
        interest.awaitOutput();
    }

    /** epoll reported OUT; returns whether the socket was full before. */
    boolean drained() {
        boolean before = writable;
        writable = true;
        return !before;
    }

    /** Writes {@code length} bytes at a native address; returns how many the kernel took. */
    int write(long address, int length, long nowNanos) throws IOException {
        return sent(socket.sendAddress(address, 0, length), length, nowNanos);
    }

    /** Writes what a buffer holds and skips what the kernel took; returns how many bytes those are. */
    int write(ByteBuf bytes) throws IOException {
        int length = bytes.readableBytes();
        ByteBuffer from = bytes.internalNioBuffer(bytes.readerIndex(), length);
        int written = sent(socket.send(from, from.position(), from.limit()), length, System.nanoTime());
        bytes.skipBytes(written);
        return written;
    }

    private int sent(int result, int wanted, long nowNanos) {
        int written = Math.max(0, result);
        if (written > 0) {
            traffic.sent(written, nowNanos);
        }
        if (written < wanted) {
            full();
        }
        return written;
    }

    /** The descriptor, for splice(2). */
    int descriptor() {
        return socket.intValue();
    }

    /** Sends a FIN; false where the connection no longer stood. */
    boolean shut() {
        try {
            socket.shutdown(false, true);
            return true;
        } catch (IOException | NotYetConnectedException e) {
            return false;
        }
    }

    /**
     * Lets the FIN, which follows at once, leave in the segment of the last bytes: one segment less, as the peer may have sent
     * it (TCP_CORK, tcp(7)).
     */
    void cork() {
        if (!corked) {
            corked = true;
            setCork(1);
        }
    }

    /** Sends what the cork keeps back: an RST came in place of the FIN. */
    void uncork() {
        if (corked) {
            corked = false;
            setCork(0);
        }
    }

    private void setCork(int value) {
        try {
            socket.setIntOpt(IPPROTO_TCP, TCP_CORK, value);
        } catch (IOException e) {
            // The connection is over; otherwise the FIN leaves in a segment of its own.
        }
    }
}
