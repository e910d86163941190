package dev.finspect.cli;

import dev.finspect.cli.config.Complaint;
import dev.finspect.cli.config.Config;
import dev.finspect.relay.UpstreamTarget;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The addresses of a configuration's upstreams as the system resolver knows them now. Blocks while it asks. */
final class LookUp {
    private final Map<String, List<InetAddress>> addresses;

    private LookUp(Map<String, List<InetAddress>> addresses) {
        this.addresses = addresses;
    }

    /** Asks for every upstream of every route, once a name. */
    static LookUp of(Config config) {
        Map<String, List<InetAddress>> addresses = new LinkedHashMap<>();
        config.relay()
                .routes()
                .forEach(route -> route.upstreams().stream()
                        .filter(target -> !target.isOriginal())
                        .forEach(target -> addresses.computeIfAbsent(target.host(), LookUp::ask)));
        return new LookUp(addresses);
    }

    /** Empty when the name has no address. */
    List<InetAddress> addresses(UpstreamTarget target) {
        return addresses.getOrDefault(target.host(), List.of());
    }

    /** One for each upstream whose name has no address. */
    List<Complaint> complaints(Config config) {
        List<Complaint> complaints = new ArrayList<>();
        for (int i = 0; i < config.relay().routes().size(); i++) {
            List<UpstreamTarget> targets = config.route(i).upstreams();
            for (int j = 0; j < targets.size(); j++) {
                if (!targets.get(j).isOriginal() && addresses(targets.get(j)).isEmpty()) {
                    complaints.add(new Complaint(
                            config.places().get(i).upstreams().get(j),
                            "the name '" + targets.get(j).host() + "' does not resolve",
                            "Check its spelling and the name server (/etc/resolv.conf, /etc/hosts), or write the"
                                    + " address as a number."));
                }
            }
        }
        return complaints;
    }

    private static List<InetAddress> ask(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }
}
