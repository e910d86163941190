package dev.finspect.cli.config;

import dev.finspect.relay.RouteSettings;
import dev.finspect.relay.UpstreamTarget;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Finds upstreams that no client's own address can be kept towards, because all clients are of the other IP version. */
public final class KeptAddresses {
    private KeptAddresses() {}

    /** The problems of the routes with {@code keep_client_address}, if each upstream has the given addresses. */
    public static List<ConfigProblem> problems(Config config, Function<UpstreamTarget, List<InetAddress>> addresses) {
        List<ConfigProblem> problems = new ArrayList<>();
        for (int i = 0; i < config.relay().routes().size(); i++) {
            RouteSettings route = config.route(i);
            if (route.interception().keepClientAddress()) {
                for (int j = 0; j < route.upstreams().size(); j++) {
                    UpstreamTarget target = route.upstreams().get(j);
                    List<InetAddress> found = target.isOriginal() ? List.of() : addresses.apply(target);
                    if (!found.isEmpty() && found.stream().noneMatch(address -> hasClientsLike(route, address))) {
                        problems.add(new ConfigProblem(
                                config.locations().get(i).upstreams().get(j),
                                "keep_client_address cannot work towards " + target + ": it is "
                                        + version(found.get(0)) + ", and the clients of route '" + route.name()
                                        + "' are not",
                                "Listen on an address of the same IP version, or remove keep_client_address."));
                    }
                }
            }
        }
        return problems;
    }

    /** Whether a listener of the route has clients of this IP version; one on every IPv6 address has both. */
    private static boolean hasClientsLike(RouteSettings route, InetAddress address) {
        return route.listen().stream()
                .map(listen -> listen.getAddress())
                .anyMatch(listen -> listen.getClass() == address.getClass()
                        || (listen instanceof Inet6Address && listen.isAnyLocalAddress()));
    }

    private static String version(InetAddress address) {
        return address instanceof Inet4Address ? "IPv4" : "IPv6";
    }
}
