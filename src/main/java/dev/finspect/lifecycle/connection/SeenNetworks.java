package dev.finspect.lifecycle.connection;

import dev.finspect.wire.VirtualNetwork;
import java.util.ArrayList;
import java.util.List;

/** Lists of the virtual networks in which a connection was seen: a few, without the oldest. Most connections share one list. */
final class SeenNetworks {
    static final List<VirtualNetwork> NOWHERE = List.of();

    private static final int MOST = 8;
    private static final List<VirtualNetwork> IN_NONE = List.of(VirtualNetwork.NONE);

    private SeenNetworks() {}

    /** The list with another one at its end. */
    static List<VirtualNetwork> with(List<VirtualNetwork> seen, VirtualNetwork another) {
        if (seen.isEmpty()) {
            return another.isNone() ? IN_NONE : List.of(another);
        }
        List<VirtualNetwork> more = new ArrayList<>(seen.subList(seen.size() < MOST ? 0 : 1, seen.size()));
        more.add(another);
        return List.copyOf(more);
    }

    /** Those that have a number. */
    static List<VirtualNetwork> numbered(List<VirtualNetwork> seen) {
        return seen.equals(IN_NONE)
                ? NOWHERE
                : seen.stream().filter(network -> !network.isNone()).toList();
    }
}
