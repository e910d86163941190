package dev.finspect.relay;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A listener that routes need.
 *
 * @param routes the one that it is for; or several that intercept on the same address and share its connections by where
 *     these were bound for, in the order of the configuration
 */
public record WantedListener(ListenerKey key, List<Route> routes) {
    /** Takes a copy. */
    public WantedListener {
        routes = List.copyOf(routes);
    }

    /** The listeners of these routes, in the order of the configuration. Two routes that cannot share have one each. */
    public static List<WantedListener> of(List<Route> routes) {
        List<List<Route>> users = new ArrayList<>();
        List<ListenerKey> keys = new ArrayList<>();
        Map<ListenerKey, List<Route>> shared = new LinkedHashMap<>();
        for (Route route : routes) {
            for (ListenerKey key : ListenerKey.of(route.settings())) {
                List<Route> others = shared.get(key);
                if (others != null) {
                    others.add(route);
                    continue;
                }
                List<Route> own = new ArrayList<>(List.of(route));
                keys.add(key);
                users.add(own);
                if (route.settings().interception().intercepts() && key.wanted().getPort() != 0) {
                    shared.put(key, own);
                }
            }
        }
        List<WantedListener> wanted = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            wanted.add(new WantedListener(keys.get(i), users.get(i)));
        }
        return wanted;
    }

    /** The addresses of each route, by its name, where {@code bound} says what address each listener really has. */
    public static Map<String, List<InetSocketAddress>> addresses(
            List<Route> routes, Function<ListenerKey, InetSocketAddress> bound) {
        Map<String, List<InetSocketAddress>> addresses = new LinkedHashMap<>();
        for (Route route : routes) {
            addresses.put(
                    route.settings().name(),
                    ListenerKey.of(route.settings()).stream().map(bound).toList());
        }
        return addresses;
    }
}
