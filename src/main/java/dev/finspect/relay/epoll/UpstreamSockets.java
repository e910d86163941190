package dev.finspect.relay.epoll;

import dev.finspect.relay.Interception;
import dev.finspect.relay.RelaySession;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.IpText;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.socket.SocketProtocolFamily;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Opens sockets towards upstreams that begin to connect, from the client's own address where the route wants it. */
final class UpstreamSockets {
    private UpstreamSockets() {}

    /** A socket of this session's that connects to the address. */
    static LinuxSocket connecting(RelaySession session, InetSocketAddress address) throws IOException {
        if (!session.route().settings().interception().keepClientAddress()) {
            return connecting(session, address, null, false);
        }
        InetSocketAddress client = session.watched().identity().client();
        if (isV6(client) != isV6(address)) {
            throw new IOException("the client's address " + IpText.address(client.getAddress())
                    + " cannot be kept towards " + IpText.address(address.getAddress())
                    + ": one is IPv4 and the other IPv6");
        }
        try {
            return connecting(session, address, client, true);
        } catch (IOException e) {
            // The port is another connection's to the same address, or one's of a moment ago.
            Errno errno = NettyErrno.of(e);
            if (!errno.equals(Errno.EADDRINUSE) && !errno.equals(Errno.EADDRNOTAVAIL)) {
                throw e;
            }
            return connecting(session, address, client, false);
        }
    }

    private static LinuxSocket connecting(
            RelaySession session, InetSocketAddress address, @Nullable InetSocketAddress from, boolean samePort)
            throws IOException {
        LinuxSocket opened =
                LinuxSocket.newSocketStream(isV6(address) ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET);
        try {
            SocketOptions.apply(opened, session.route().settings().upstreamSocket());
            if (from != null) {
                Transparency.bind(opened, from, samePort);
            }
            opened.connect(address);
            return opened;
        } catch (IOException | ChannelException | java.io.UncheckedIOException e) {
            opened.close();
            throw e;
        }
    }

    /**
     * Where the session's route intercepts, remembers the socket's local end, so that it is detected should it be
     * intercepted itself; null where there is nothing to keep.
     */
    static @Nullable InetSocketAddress remember(RelaySession session, LinuxSocket socket) {
        Interception interception = session.route().settings().interception();
        InetSocketAddress local =
                interception.intercepts() && !interception.keepClientAddress() ? socket.localAddress() : null;
        if (local != null) {
            session.loop().core().ownDials().add(local);
        }
        return local;
    }

    private static boolean isV6(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address;
    }
}
