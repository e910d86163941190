package dev.finspect.relay;

import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a route intercepts connections, and which address it shows to the upstream.
 *
 * @param keepClientAddress whether the upstream sees the client's own address, and its port where that is free
 * @param networks where clients may be bound for; empty lets all through
 * @param ports likewise; empty lets all through
 */
public record Interception(Mode mode, boolean keepClientAddress, List<Network> networks, List<PortRange> ports) {
    /** Clients connect to finspect itself, and the upstream sees finspect. */
    public static final Interception NONE = new Interception(Mode.FORWARD, false, List.of(), List.of());

    /** How connections come to the listener. */
    public enum Mode {
        /** Clients connect to the listener. */
        FORWARD,
        /** The kernel's NAT redirects them to the listener and remembers where they were bound for. */
        REDIRECT,
        /** The kernel hands them over as they are; the listener's sockets have the address that was meant. */
        TPROXY;

        /** The word for configurations and messages. */
        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Takes copies. */
    public Interception {
        networks = List.copyOf(networks);
        ports = List.copyOf(ports);
    }

    /** Whether the route intercepts connections that were opened to other addresses. */
    public boolean intercepts() {
        return mode != Mode.FORWARD;
    }

    /** Whether clients may be bound for that; where that is not known, only if every destination is allowed. */
    public boolean lets(@Nullable InetSocketAddress destination) {
        if (destination == null) {
            return networks.isEmpty() && ports.isEmpty();
        }
        return (networks.isEmpty() || networks.stream().anyMatch(network -> network.contains(destination.getAddress())))
                && (ports.isEmpty() || ports.stream().anyMatch(range -> range.contains(destination.getPort())));
    }
}
