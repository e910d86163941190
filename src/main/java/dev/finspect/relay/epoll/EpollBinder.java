package dev.finspect.relay.epoll;

import dev.finspect.relay.BindRefusal;
import dev.finspect.relay.Interception;
import dev.finspect.relay.RelayCore;
import dev.finspect.relay.RelayStartException;
import dev.finspect.relay.Route;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.socket.SocketProtocolFamily;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Binds listening sockets, one for each loop. On the thread that starts the relay.
 *
 * <p>The first socket of an address is bound without SO_REUSEPORT, so that a second instance of the same user is refused
 * instead of silently sharing the port; only then does it open the group for the sockets of the other loops.
 */
final class EpollBinder {
    /** Length of each accept queue, unless net.core.somaxconn is less. */
    static final int BACKLOG = 4096;

    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;

    private final RelayCore core;
    private final int loops;
    private final List<LinuxSocket> all = new ArrayList<>();

    EpollBinder(RelayCore core, int loops) {
        this.core = core;
        this.loops = loops;
    }

    /** The listening sockets of one address; port 0 takes a free one for all of them. */
    List<LinuxSocket> bind(Route route, InetSocketAddress wanted) throws RelayStartException {
        List<LinuxSocket> sockets = new ArrayList<>();
        try {
            tryUpstreamOptions(route);
            LinuxSocket first = open(route, wanted);
            first.bind(wanted);
            first.listen(BACKLOG);
            sockets.add(first);
            InetSocketAddress bound = addressOf(first, wanted);
            if (loops > 1) {
                first.setReusePort(true);
            }
            while (sockets.size() < loops) {
                LinuxSocket next = open(route, wanted);
                next.setReusePort(true);
                next.bind(bound);
                next.listen(BACKLOG);
                sockets.add(next);
            }
            return sockets;
        } catch (IOException | ChannelException e) {
            throw BindRefusal.of(route, wanted, NettyErrno.of(e), e);
        }
    }

    /** Closes whatever was opened. */
    void closeAll() {
        for (LinuxSocket socket : all) {
            try {
                socket.close();
            } catch (IOException e) {
                // The start has failed anyway, and says why.
            }
        }
    }

    /** The address that the socket really has. */
    static InetSocketAddress addressOf(LinuxSocket socket, InetSocketAddress wanted) {
        InetSocketAddress bound = socket.localAddress();
        return bound == null ? wanted : bound;
    }

    private LinuxSocket open(Route route, InetSocketAddress wanted) throws IOException {
        boolean v6 = wanted.getAddress() instanceof Inet6Address;
        LinuxSocket socket = newSocket(v6);
        all.add(socket);
        socket.setReuseAddress(true);
        if (v6 && hasOwnIpv4Listener(wanted)) {
            socket.setIntOpt(IPPROTO_IPV6, IPV6_V6ONLY, 1);
        }
        if (route.settings().interception().mode() == Interception.Mode.TPROXY) {
            Transparency.set(socket, v6);
        }
        SocketOptions.apply(socket, route.settings().clientSocket());
        SavedSynReader.enable(socket);
        return socket;
    }

    /** Whether the configuration has an IPv4 listener of its own on this port: then the IPv6 one must leave it alone. */
    private boolean hasOwnIpv4Listener(InetSocketAddress wanted) {
        return core.routes().stream()
                .flatMap(route -> route.settings().listen().stream())
                .anyMatch(
                        other -> other.getPort() == wanted.getPort() && !(other.getAddress() instanceof Inet6Address));
    }

    /** Options that the system refuses must be known now, not at the first client. */
    private static void tryUpstreamOptions(Route route) throws IOException {
        LinuxSocket socket = newSocket(false);
        try {
            SocketOptions.apply(socket, route.settings().upstreamSocket());
            if (route.settings().interception().keepClientAddress()) {
                Transparency.set(socket, false);
            }
        } finally {
            socket.close();
        }
    }

    private static LinuxSocket newSocket(boolean v6) {
        return LinuxSocket.newSocketStream(v6 ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET);
    }
}
