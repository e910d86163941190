package dev.finspect.cli.intercept;

import dev.finspect.relay.Interception.Mode;
import dev.finspect.relay.PortRange;
import java.util.List;
import java.util.Optional;

/**
 * What is to be intercepted.
 *
 * @param mode redirect or tproxy
 * @param ports that clients are bound for; at least one range
 * @param listenPort the port that finspect's route listens on
 * @param networkInterface on which clients come in; empty takes all
 * @param local redirect only: whether connections of this machine's own programs are taken as well
 * @param exceptUser with {@code local}: the user whose connections are left alone, finspect's own
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
    /** Takes a copy. */
    public InterceptionPlan {
        ports = List.copyOf(ports);
    }

    /** The ports as nft writes a set: {@code { 80, 8000-8100 }}. */
    String portSet() {
        return "{ " + String.join(", ", ports.stream().map(PortRange::toString).toList()) + " }";
    }
}
