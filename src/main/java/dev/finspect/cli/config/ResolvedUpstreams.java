package dev.finspect.cli.config;

import dev.finspect.relay.UpstreamTarget;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The addresses of a configuration's upstreams as the system resolver knows them now. Blocks while it asks. */
public final class ResolvedUpstreams {
    private final Map<String, List<InetAddress>> addresses;

    private ResolvedUpstreams(Map<String, List<InetAddress>> addresses) {
        this.addresses = addresses;
    }

    /** Asks for every upstream of every route, once a name. */
    public static ResolvedUpstreams of(Config config) {
        Map<String, List<InetAddress>> addresses = new LinkedHashMap<>();
        config.relay()
                .routes()
                .forEach(route -> route.upstreams().stream()
                        .filter(target -> !target.isOriginal())
                        .forEach(target -> addresses.computeIfAbsent(target.host(), ResolvedUpstreams::ask)));
        return new ResolvedUpstreams(addresses);
    }

    /** Empty when the name has no address. */
    public List<InetAddress> addresses(UpstreamTarget target) {
        return addresses.getOrDefault(target.host(), List.of());
    }

    /** One for each upstream whose name has no address. */
    public List<ConfigProblem> problems(Config config) {
        List<ConfigProblem> problems = new ArrayList<>();
        for (int i = 0; i < config.relay().routes().size(); i++) {
            List<UpstreamTarget> targets = config.route(i).upstreams();
            for (int j = 0; j < targets.size(); j++) {
                if (!targets.get(j).isOriginal() && addresses(targets.get(j)).isEmpty()) {
                    problems.add(new ConfigProblem(
                            config.locations().get(i).upstreams().get(j),
                            "the name '" + targets.get(j).host() + "' does not resolve",
                            "Check its spelling and the name server (/etc/resolv.conf, /etc/hosts), or write the"
                                    + " address as a number."));
                }
            }
        }
        return problems;
    }

    private static List<InetAddress> ask(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }
}
