package dev.finspect.cli.config;

import dev.finspect.relay.UpstreamTarget;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The current addresses of a configuration's upstreams, from the system resolver. Blocks while it resolves. */
public final class ResolvedUpstreams {
    private final Map<String, List<InetAddress>> addresses;

    private ResolvedUpstreams(Map<String, List<InetAddress>> addresses) {
        this.addresses = addresses;
    }

    /** Resolves every upstream of every route, each name once. */
    public static ResolvedUpstreams of(Config config) {
        Map<String, List<InetAddress>> addresses = new LinkedHashMap<>();
        config.relay()
                .routes()
                .forEach(route -> route.upstreams().stream()
                        .filter(target -> !target.isOriginal())
                        .forEach(target -> addresses.computeIfAbsent(target.host(), ResolvedUpstreams::resolve)));
        return new ResolvedUpstreams(addresses);
    }

    /** The addresses of an upstream; empty if its name has none. */
    public List<InetAddress> addresses(UpstreamTarget target) {
        return addresses.getOrDefault(target.host(), List.of());
    }

    /** A problem for each upstream whose name has no address. */
    public List<ConfigProblem> problems(Config config) {
        List<ConfigProblem> problems = new ArrayList<>();
        for (int i = 0; i < config.relay().routes().size(); i++) {
            List<UpstreamTarget> targets = config.route(i).upstreams();
            for (int j = 0; j < targets.size(); j++) {
                if (!targets.get(j).isOriginal() && addresses(targets.get(j)).isEmpty()) {
                    problems.add(new ConfigProblem(
                            config.locations().get(i).upstreams().get(j),
                            "the name '" + targets.get(j).host() + "' does not resolve",
                            "Check its spelling and the resolver (/etc/resolv.conf, /etc/hosts), or write a numeric"
                                    + " address."));
                }
            }
        }
        return problems;
    }

    private static List<InetAddress> resolve(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }
}
