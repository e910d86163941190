package dev.finspect.cli.config;

import dev.finspect.relay.Interception;
import dev.finspect.relay.Interception.Mode;
import dev.finspect.relay.Network;
import dev.finspect.relay.PortRange;
import dev.finspect.relay.UpstreamTarget;
import java.util.List;

/** Reads the keys of a route that intercepts connections. */
final class InterceptionReader {
    /** An upstream address, or the word {@code original}. */
    static final Syntax<UpstreamTarget> UPSTREAM =
            text -> text.equals("original") ? UpstreamTarget.ORIGINAL : Addresses.UPSTREAM.parse(text);

    private InterceptionReader() {}

    static Interception read(Section route, List<Located<UpstreamTarget>> upstreams) {
        Mode mode = route.value("mode", Scalars.choice(Mode.class), Mode.FORWARD);
        boolean keepClientAddress = route.value("keep_client_address", Scalars.BOOLEAN, false);
        Section destinations = route.section("destinations");
        List<Network> networks = destinations.values("networks", Addresses.NETWORK);
        List<PortRange> ports = destinations.values("ports", Scalars.PORTS);
        destinations.end();
        for (Located<UpstreamTarget> upstream : upstreams) {
            if (upstream.value().isOriginal() && (mode == Mode.FORWARD || upstreams.size() > 1)) {
                route.report(
                        upstream.location(),
                        mode == Mode.FORWARD
                                ? "upstream 'original' does not apply to clients that connect to finspect itself"
                                : "upstream 'original' cannot be combined with others",
                        mode == Mode.FORWARD
                                ? "Set mode: redirect or mode: tproxy, or name a service."
                                : "Use it alone: each client is forwarded to its original destination.");
            }
        }
        if (keepClientAddress && mode != Mode.TPROXY) {
            route.report(
                    route.location(),
                    "keep_client_address needs mode: tproxy, whose rules route the upstream's answers back",
                    "Set mode: tproxy, or remove keep_client_address.");
        }
        if (mode == Mode.FORWARD && (!networks.isEmpty() || !ports.isEmpty())) {
            route.report(
                    destinations.location(),
                    "destinations do not apply to clients that connect to finspect itself",
                    "Set mode: redirect or mode: tproxy, or remove destinations.");
        }
        return new Interception(mode, keepClientAddress, networks, ports);
    }
}
