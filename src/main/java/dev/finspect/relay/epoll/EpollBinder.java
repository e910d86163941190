package dev.finspect.relay.epoll;

import dev.finspect.relay.BindRefusal;
import dev.finspect.relay.Interception;
import dev.finspect.relay.PassedListener;
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

    private final List<Route> routes;
    private final int loops;
    private final List<LinuxSocket> all = new ArrayList<>();

    /** Binds for these routes. */
    EpollBinder(List<Route> routes, int loops) {
        this.routes = routes;
        this.loops = loops;
    }

    /**
     * Bound sockets.
     *
     * @param address that they really have
     * @param listening the first so many of them listen; the others share a port on which others listen, and get no clients
     *     before somebody accepts them
     */
    record Bound(InetSocketAddress address, List<LinuxSocket> sockets, int listening) {}

    /**
     * The sockets of one address; port 0 takes a free one for all of them.
     *
     * @param shares whether listeners of this process have the port as well, which share it
     */
    Bound bind(Route route, InetSocketAddress wanted, boolean shares) throws RelayStartException {
        List<LinuxSocket> sockets = new ArrayList<>();
        try {
            tryUpstreamOptions(route);
            LinuxSocket first = open(route, wanted);
            if (shares) {
                first.setReusePort(true);
            }
            first.bind(wanted);
            if (!shares) {
                first.listen(BACKLOG);
            }
            sockets.add(first);
            InetSocketAddress bound = addressOf(first, wanted);
            if (loops > 1) {
                first.setReusePort(true);
            }
            while (sockets.size() < loops) {
                LinuxSocket next = open(route, wanted);
                next.setReusePort(true);
                next.bind(bound);
                if (!shares) {
                    next.listen(BACKLOG);
                }
                sockets.add(next);
            }
            return new Bound(bound, sockets, shares ? 0 : sockets.size());
        } catch (IOException | ChannelException e) {
            throw BindRefusal.of(route, wanted, NettyErrno.of(e), e);
        }
    }

    /** The sockets that another process has passed, and further ones where there are more loops than those. */
    Bound adopt(Route route, PassedListener passed) throws RelayStartException {
        List<LinuxSocket> sockets = new ArrayList<>();
        InetSocketAddress address = passed.address();
        try {
            tryUpstreamOptions(route);
            for (int descriptor : passed.descriptors()) {
                LinuxSocket socket = LinuxSocket.newSocket(descriptor);
                all.add(socket);
                sockets.add(socket);
                SocketOptions.apply(socket, route.settings().clientSocket());
                if (route.settings().interception().mode() == Interception.Mode.TPROXY) {
                    Transparency.set(socket, address.getAddress() instanceof Inet6Address);
                }
                if (passed.descriptors().size() < loops) {
                    socket.setReusePort(true);
                }
            }
            while (sockets.size() < loops) {
                LinuxSocket next = open(route, address);
                next.setReusePort(true);
                next.bind(address);
                sockets.add(next);
            }
            return new Bound(address, sockets, passed.descriptors().size());
        } catch (IOException | ChannelException e) {
            throw BindRefusal.of(route, address, NettyErrno.of(e), e);
        }
    }

    /** Lets sockets of this user share the ports of these. */
    static void sharePort(List<PassedListener> passed) {
        passed.forEach(each -> each.descriptors().forEach(descriptor -> {
            try {
                LinuxSocket.newSocket(descriptor).setReusePort(true);
            } catch (IOException e) {
                // The bind that needs it fails, and says why.
            }
        }));
    }

    /** Fails as {@link #bind} would where the system refuses the socket options of a route, whose listener is open already. */
    void tryOptions(List<Route> users) throws RelayStartException {
        for (Route route : users) {
            InetSocketAddress wanted = route.settings().listen().get(0);
            try {
                tryUpstreamOptions(route);
                LinuxSocket trial = newSocket(false);
                try {
                    SocketOptions.apply(trial, route.settings().clientSocket());
                } finally {
                    trial.close();
                }
            } catch (IOException | ChannelException e) {
                throw BindRefusal.of(route, wanted, NettyErrno.of(e), e);
            }
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
    private static InetSocketAddress addressOf(LinuxSocket socket, InetSocketAddress wanted) {
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
        return routes.stream()
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
