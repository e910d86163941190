package dev.finspect.relay.nio;

import dev.finspect.relay.HeldBytes;
import dev.finspect.relay.SocketSettings;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * A NIO channel as the relay needs it: urgent data in line, half-close allowed, read only when asked, and never closed by
 * Netty itself, which would drop unread bytes. Confined to its loop.
 */
final class NioSocket extends NioSocketChannel {
    private NioSocket(@Nullable Channel parent, SocketChannel socket) {
        super(parent, socket);
    }

    /** Around a connection that {@code parent} accepted; the caller closes it when this fails. */
    static NioSocket accepted(Channel parent, SocketChannel socket, SocketSettings settings) throws IOException {
        apply(socket, settings);
        return new NioSocket(parent, socket);
    }

    /** One that is not connected yet. */
    static NioSocket open(SocketSettings settings) throws IOException {
        SocketChannel socket = SocketChannel.open();
        try {
            apply(socket, settings);
            return new NioSocket(null, socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Sets the options of a leg; congestion control and mark are beyond the JDK's channels. */
    private static void apply(SocketChannel socket, SocketSettings settings) throws IOException {
        socket.socket().setOOBInline(true);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, settings.noDelay());
        if (settings.receiveBufferBytes() != null) {
            socket.setOption(StandardSocketOptions.SO_RCVBUF, settings.receiveBufferBytes());
        }
        if (settings.sendBufferBytes() != null) {
            socket.setOption(StandardSocketOptions.SO_SNDBUF, settings.sendBufferBytes());
        }
        Duration keepAlive = settings.keepAlive();
        if (keepAlive != null) {
            socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
                socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, (int) Math.max(1, keepAlive.toSeconds()));
            }
        }
    }

    /** Makes Netty leave the closing to the session. */
    NioSocket under(HeldBytes budget, ByteBufAllocator allocator) {
        SocketChannelConfig config = config();
        config.setAutoRead(false);
        config.setAutoClose(false);
        config.setAllowHalfClosure(true);
        config.setConnectTimeoutMillis(0);
        config.setAllocator(allocator);
        config.setRecvByteBufAllocator(new NioReadSize(budget));
        return this;
    }

    /** Reads straight from the socket, past the pipeline; to count bytes that can no longer be delivered. */
    int readNow(ByteBuffer into) throws IOException {
        return javaChannel().read(into);
    }
}
