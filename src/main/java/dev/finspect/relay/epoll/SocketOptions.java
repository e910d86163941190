package dev.finspect.relay.epoll;

import dev.finspect.relay.SocketSettings;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Sets the options of a leg's sockets; an accepted socket has them all from its listener. */
final class SocketOptions {
    private static final int SOL_SOCKET = 1;
    private static final int SO_OOBINLINE = 10;
    private static final int SO_MARK = 36;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_KEEPIDLE = 4;
    private static final int TCP_CONGESTION = 13;

    private SocketOptions() {}

    /**
     * Changes those of a listening socket, for the connections that it accepts from now on. Sizes of buffers and congestion
     * control are set, and cannot be left to the system again.
     */
    static void change(LinuxSocket listener, SocketSettings before, SocketSettings after) throws IOException {
        apply(listener, after);
        if (before.noDelay() && !after.noDelay()) {
            listener.setTcpNoDelay(false);
        }
        if (before.keepAlive() != null && after.keepAlive() == null) {
            listener.setKeepAlive(false);
        }
        if (before.mark() != null && after.mark() == null) {
            listener.setIntOpt(SOL_SOCKET, SO_MARK, 0);
        }
    }

    /** Sets them, before listen() or connect(). Urgent data always stays in the stream, or its byte would vanish. */
    static void apply(LinuxSocket socket, SocketSettings settings) throws IOException {
        socket.setIntOpt(SOL_SOCKET, SO_OOBINLINE, 1);
        if (settings.noDelay()) {
            socket.setTcpNoDelay(true);
        }
        Integer receiveBuffer = settings.receiveBufferBytes();
        if (receiveBuffer != null) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        Integer sendBuffer = settings.sendBufferBytes();
        if (sendBuffer != null) {
            socket.setSendBufferSize(sendBuffer);
        }
        Duration keepAlive = settings.keepAlive();
        if (keepAlive != null) {
            socket.setKeepAlive(true);
            socket.setIntOpt(IPPROTO_TCP, TCP_KEEPIDLE, (int) Math.max(1, keepAlive.toSeconds()));
        }
        String congestionControl = settings.congestionControl();
        if (congestionControl != null) {
            socket.setRawOpt(
                    IPPROTO_TCP,
                    TCP_CONGESTION,
                    ByteBuffer.wrap(congestionControl.getBytes(StandardCharsets.US_ASCII)));
        }
        Integer mark = settings.mark();
        if (mark != null) {
            socket.setIntOpt(SOL_SOCKET, SO_MARK, mark);
        }
    }
}
