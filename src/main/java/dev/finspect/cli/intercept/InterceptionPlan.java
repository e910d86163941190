package dev.finspect.cli.intercept;

import dev.finspect.relay.Interception.Mode;
import dev.finspect.relay.PortRange;
import java.util.List;
import java.util.Optional;

/**
 * What to intercept.
 *
 * @param mode redirect or tproxy
 * @param ports destination ports of the clients; at least one range
 * @param listenPort the port on which finspect's route listens
 * @param networkInterface incoming interface of the clients; empty for all
 * @param local redirect only: whether to intercept connections of programs on this machine too
 * @param exceptUser with {@code local}: the user whose connections are not intercepted, finspect's own
 * @param v6 whether this machine has IPv6
 */
public record InterceptionPlan(
        Mode mode,
        List<PortRange> ports,
        int listenPort,
        Optional<String> networkInterface,
        boolean local,
        String exceptUser,
        boolean v6) {
    /** Copies the list. */
    public InterceptionPlan {
        ports = List.copyOf(ports);
    }

    /** The ports as nft writes a set: {@code { 80, 8000-8100 }}. */
    String portSet() {
        return "{ " + String.join(", ", ports.stream().map(PortRange::toString).toList()) + " }";
    }
}
