package dev.finspect.relay;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * How a route speaks the PROXY protocol.
 *
 * @param acceptFrom networks of the proxies whose connections begin with a header; of others none is looked for, nor believed
 * @param patience how long such a proxy may take to send it
 * @param send the version sent to the upstream; 0 sends none
 */
public record ProxyProtocol(List<Network> acceptFrom, Duration patience, int send) {
    /** Neither way. */
    public static final ProxyProtocol NONE = new ProxyProtocol(List.of(), Duration.ofSeconds(3), 0);

    /** Takes a copy. */
    public ProxyProtocol {
        acceptFrom = List.copyOf(acceptFrom);
    }

    /** Whether a connection from there must begin with a header. */
    public boolean expectedFrom(InetAddress peer) {
        for (int i = 0; i < acceptFrom.size(); i++) {
            if (acceptFrom.get(i).contains(peer)) {
                return true;
            }
        }
        return false;
    }
}
