package dev.finspect.relay;

import dev.finspect.wire.TcpInfo;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Opens upstream connections on one loop; each engine has its own. Confined to the loop. */
public interface Dialer {
    /**
     * Begins to connect. The answer goes to {@link UpstreamSearch#connected} or {@link UpstreamSearch#failed}, once, from
     * within this call or later; after {@link Attempt#abandon} none comes.
     */
    Attempt dial(UpstreamSearch search, InetSocketAddress address);

    /** A connection that is being opened. */
    interface Attempt {
        /** Gives the attempt up and its socket back; answers with its local address, null where nobody can tell. */
        @Nullable
        InetSocketAddress abandon();

        /** The kernel's present reading of the socket that connects; null where there is none. */
        default @Nullable TcpInfo tcpInfo() {
            return null;
        }
    }
}
