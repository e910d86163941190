package dev.finspect.cli.config;

import dev.finspect.relay.Interception;
import dev.finspect.relay.Network;
import dev.finspect.relay.PortRange;
import java.util.BitSet;
import java.util.List;

/** Compares the destinations of routes that share a listener; the first route that a destination fits gets it. */
final class Destinations {
    private static final int PORTS = 1 << 16;

    private Destinations() {}

    /** Whether the earlier routes, together, take every destination of a later one. */
    static boolean allTaken(Interception later, List<Interception> earlier) {
        if (later.networks().isEmpty()) {
            return portsTaken(
                    later, earlier.stream().filter(e -> e.networks().isEmpty()).toList());
        }
        return later.networks().stream()
                .allMatch(network -> portsTaken(
                        later, earlier.stream().filter(e -> covers(e, network)).toList()));
    }

    private static boolean covers(Interception earlier, Network inner) {
        return earlier.networks().isEmpty()
                || earlier.networks().stream()
                        .anyMatch(outer -> outer.prefixBits() <= inner.prefixBits() && outer.contains(inner.base()));
    }

    private static boolean portsTaken(Interception later, List<Interception> earlier) {
        BitSet left = ports(later);
        earlier.forEach(each -> left.andNot(ports(each)));
        return left.isEmpty();
    }

    private static BitSet ports(Interception interception) {
        BitSet ports = new BitSet(PORTS);
        if (interception.ports().isEmpty()) {
            ports.set(1, PORTS);
        }
        for (PortRange range : interception.ports()) {
            ports.set(range.first(), range.last() + 1);
        }
        return ports;
    }
}
