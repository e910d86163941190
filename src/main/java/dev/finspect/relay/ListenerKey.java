package dev.finspect.relay;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Which listener of a configuration it is, by which it is found again in the next configuration: the address as it is
 * written, and for any free port also its route and its place there.
 *
 * @param wanted the address; with port 0, the real port is another
 * @param owner name of the route; empty unless the port is 0
 * @param place among the addresses of that route, from 0; 0 unless the port is 0
 */
public record ListenerKey(InetSocketAddress wanted, String owner, int place) {
    /** The listeners of a route, in the order of the configuration. */
    public static List<ListenerKey> of(RouteSettings route) {
        List<ListenerKey> keys = new ArrayList<>();
        for (int i = 0; i < route.listen().size(); i++) {
            InetSocketAddress wanted = route.listen().get(i);
            keys.add(wanted.getPort() == 0 ? new ListenerKey(wanted, route.name(), i) : new ListenerKey(wanted, "", 0));
        }
        return keys;
    }

    /** Whether sockets on this and on that address cannot be bound at once without SO_REUSEPORT. */
    public boolean overlaps(InetSocketAddress other) {
        return wanted.getPort() == other.getPort()
                && (wanted.getAddress().equals(other.getAddress())
                        || wanted.getAddress().isAnyLocalAddress()
                        || other.getAddress().isAnyLocalAddress());
    }
}
