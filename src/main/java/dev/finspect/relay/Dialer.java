package dev.finspect.relay;

import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.wire.TcpInfo;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Opens upstream connections on one loop; each engine has its own. Confined to the loop. */
public interface Dialer {
    /**
     * Begins to connect. Calls one method of {@code requester} once, from within this call or later, and none after {@link
     * Attempt#abandon}.
     */
    Attempt dial(Requester requester, InetSocketAddress address);

    /** Receives the outcome of one attempt. */
    interface Requester {
        /** The upstream's connection is established; {@code local} is the address of its socket. */
        void connected(LegIo upstream, InetSocketAddress local);

        /**
         * connect() or socket() failed with this error; the attempt's socket is closed.
         *
         * @param local where that socket was bound; null when it was not, or where that is not known
         */
        void failed(Errno errno, String detail, @Nullable InetSocketAddress local);

        /** The attempt is over without a connection, and not because of an error of the kernel. */
        void failed(ConnectResult result, String detail, @Nullable InetSocketAddress local);
    }

    /** A connection that is being opened. */
    interface Attempt {
        /** Gives the attempt up and closes its socket; returns its local address, null where that is not known. */
        @Nullable
        InetSocketAddress abandon();

        /** The kernel's present reading of the socket that connects; null where there is none. */
        default @Nullable TcpInfo tcpInfo() {
            return null;
        }
    }
}
