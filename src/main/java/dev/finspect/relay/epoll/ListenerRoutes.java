package dev.finspect.relay.epoll;

import dev.finspect.relay.Route;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one listener: a single one, or several that take intercepted connections and share them out by where these
 * were bound for. Any thread.
 */
final class ListenerRoutes {
    private volatile List<Route> inOrder;

    /** At least one; each gets what fits none of those before it. */
    ListenerRoutes(List<Route> routes) {
        inOrder = List.copyOf(routes);
    }

    /** From now on these get the connections. */
    void change(List<Route> next) {
        inOrder = List.copyOf(next);
    }

    /** The one that speaks for the listener where no connection is at hand. */
    Route first() {
        return inOrder.get(0);
    }

    /** The first one whose destinations the connection fits; the first of all where it fits none, to refuse it. */
    Route of(@Nullable InetSocketAddress original) {
        List<Route> routes = inOrder;
        for (Route route : routes) {
            if (route.settings().interception().lets(original)) {
                return route;
            }
        }
        return routes.get(0);
    }
}
