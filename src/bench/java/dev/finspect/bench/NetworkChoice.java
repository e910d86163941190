package dev.finspect.bench;

import dev.finspect.bench.host.Cleanup;
import dev.finspect.bench.host.HostNetwork;
import dev.finspect.bench.host.Network;
import dev.finspect.bench.host.NetworkNamespace;
import dev.finspect.bench.host.RoutedNetwork;
import java.io.IOException;

/** Which network the benchmark runs in: one of its own where it may make one, or else the machine's. */
final class NetworkChoice {
    private final Cleanup cleanup;
    private final Conditions conditions;

    NetworkChoice(Cleanup cleanup, Conditions conditions) {
        this.cleanup = cleanup;
        this.conditions = conditions;
    }

    /** Three hosts in a row; there is no substitute for them. */
    Network routed(String congestionControl) throws IOException {
        RoutedNetwork row = cleanup.add(new RoutedNetwork());
        row.make(congestionControl);
        return row;
    }

    Network make(String congestionControl, boolean hostNetwork) throws IOException {
        if (hostNetwork) {
            return new HostNetwork();
        }
        NetworkNamespace own = cleanup.add(new NetworkNamespace());
        try {
            own.make();
        } catch (IOException e) {
            conditions.add("No network namespace (it needs root and the package iproute2): " + e.getMessage());
            return new HostNetwork();
        }
        own.useCongestionControl(congestionControl);
        return own;
    }
}
