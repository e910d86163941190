package dev.finspect.relay.epoll;

import dev.finspect.relay.Interception;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds where the client of an intercepted connection was bound for. Confined to one loop.
 *
 * <p>Source: the socket's own address under TPROXY; under REDIRECT the connection tracker, by SO_ORIGINAL_DST (IPv4) and
 * IP6T_SO_ORIGINAL_DST, which have no answer where nothing was redirected or connections are not tracked.
 */
final class OriginalDestination {
    private static final int SOL_IP = 0;
    private static final int SOL_IPV6 = 41;
    private static final int SO_ORIGINAL_DST = 80;
    private static final int SOCKADDR_IN_BYTES = 16;
    private static final int SOCKADDR_IN6_BYTES = 28;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(SOCKADDR_IN6_BYTES);

    /**
     * The destination; null where it is not known.
     *
     * @param local the accepted socket's own address
     */
    @Nullable
    InetSocketAddress of(Interception.Mode mode, LinuxSocket accepted, InetSocketAddress local) {
        return switch (mode) {
            case FORWARD -> null;
            case TPROXY -> local;
            case REDIRECT ->
                local.getAddress() instanceof Inet6Address
                        ? read(accepted, SOL_IPV6, SOCKADDR_IN6_BYTES)
                        : read(accepted, SOL_IP, SOCKADDR_IN_BYTES);
        };
    }

    private @Nullable InetSocketAddress read(LinuxSocket accepted, int level, int bytes) {
        buffer.clear().limit(bytes);
        try {
            accepted.getRawOpt(level, SO_ORIGINAL_DST, buffer);
        } catch (IOException | ChannelException e) {
            return null;
        }
        buffer.clear().limit(bytes);
        byte[] name = new byte[bytes];
        buffer.get(name);
        return decode(name);
    }

    /** The address in a sockaddr_in or sockaddr_in6; null where it holds none. */
    static @Nullable InetSocketAddress decode(byte[] name) {
        int port = ((name[2] & 0xff) << 8) | (name[3] & 0xff);
        byte[] address =
                name.length == SOCKADDR_IN_BYTES ? Arrays.copyOfRange(name, 4, 8) : Arrays.copyOfRange(name, 8, 24);
        try {
            return port == 0 ? null : new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has 4 or 16 bytes", e);
        }
    }
}
