package dev.finspect.relay.epoll;

import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;

/**
 * A network interface that does not exist. The kernel no longer finds a listening socket that is bound to it for a new SYN,
 * and refuses the client, or takes another listener of that port. Everything else goes on: connections in the accept queue
 * stay, and handshakes under way complete, because the kernel finds the socket through them.
 *
 * <p>It takes the place of {@link SynFilter} where the kernel wants {@code CAP_NET_ADMIN} for a filter of a TCP socket, as
 * Linux 6.18 does. Since Linux 5.7 a socket may be bound once without rights.
 */
final class NoInterface {
    private static final int SOL_SOCKET = 1;
    private static final int SO_BINDTOIFINDEX = 62;
    /** The kernel numbers interfaces from 1, and does not look a number up when a socket is bound to it. */
    private static final int INDEX = Integer.MAX_VALUE;

    private NoInterface() {}

    /** Binds a listening socket to it; sockets accepted from it are not bound. */
    static void bind(LinuxSocket listener) throws IOException {
        listener.setIntOpt(SOL_SOCKET, SO_BINDTOIFINDEX, INDEX);
    }
}
