package dev.finspect.relay.epoll;

import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/**
 * Lets sockets have addresses that this machine does not have (IP_TRANSPARENT, ip(7)). Needs CAP_NET_RAW or CAP_NET_ADMIN.
 * Any thread.
 */
final class Transparency {
    private static final int SOL_IP = 0;
    private static final int IP_TRANSPARENT = 19;
    private static final int IP_BIND_ADDRESS_NO_PORT = 24;
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_TRANSPARENT = 75;

    private Transparency() {}

    /** Sets it, and makes sure that the kernel has it: without it traffic would pass by. */
    static void set(LinuxSocket socket, boolean v6) throws IOException {
        int level = v6 ? SOL_IPV6 : SOL_IP;
        int option = v6 ? IPV6_TRANSPARENT : IP_TRANSPARENT;
        socket.setIntOpt(level, option, 1);
        if (socket.getIntOpt(level, option) == 0) {
            throw new IOException("the kernel did not keep IP_TRANSPARENT");
        }
    }

    /**
     * Binds a socket that is to connect from the client's address.
     *
     * @param samePort whether from its port as well; else the kernel takes a free one when it connects
     */
    static void bind(LinuxSocket socket, InetSocketAddress client, boolean samePort) throws IOException {
        set(socket, client.getAddress() instanceof Inet6Address);
        socket.setReuseAddress(true);
        if (!samePort) {
            socket.setIntOpt(SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1);
        }
        socket.bind(new InetSocketAddress(client.getAddress(), samePort ? client.getPort() : 0));
    }
}
