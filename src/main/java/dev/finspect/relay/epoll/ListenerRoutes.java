package dev.finspect.relay.epoll;

import dev.finspect.relay.Route;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one listener: a single one, or several that take intercepted connections and share them out by where these
 * were bound for. Any thread.
 */
final class ListenerRoutes {
    private final List<Route> inOrder;

    ListenerRoutes(Route first) {
        inOrder = new CopyOnWriteArrayList<>(List.of(first));
    }

    /** One more, which gets what fits none of those before it. */
    void add(Route next) {
        inOrder.add(next);
    }

    /** The one that speaks for the listener where no connection is at hand. */
    Route first() {
        return inOrder.get(0);
    }

    /** The first one whose destinations the connection fits; the first of all where it fits none, to refuse it. */
    Route of(@Nullable InetSocketAddress original) {
        for (Route route : inOrder) {
            if (route.settings().interception().lets(original)) {
                return route;
            }
        }
        return first();
    }
}
