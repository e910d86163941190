package dev.finspect.cli.run;

import dev.finspect.cli.config.Addresses;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.relay.RouteSettings;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Checks, before anything starts, that finspect can bind each address to listen on.
 *
 * <p>The loops share a port with SO_REUSEPORT. With this option the kernel would let a second finspect of the same user
 * bind the port and take half of the connections. The check therefore binds each address without it, and without
 * listening, so that no client is accepted and dropped.
 */
public final class Listeners {
    private Listeners() {}

    /** Fails with {@link ExitCode#BIND} on the first address that cannot be bound. */
    public static void probe(Config config) throws CommandFailure {
        for (RouteSettings route : config.relay().routes()) {
            for (InetSocketAddress address : route.listen()) {
                probe("route '" + route.name() + "'", address);
            }
        }
        if (config.admin().explicit() && config.admin().listen().isPresent()) {
            probe("the admin server", config.admin().listen().get());
        }
    }

    private static void probe(String owner, InetSocketAddress address) throws CommandFailure {
        try {
            bind(address);
        } catch (IOException | UnsupportedOperationException e) {
            throw new CommandFailure(ExitCode.BIND, explain(owner, address, String.valueOf(e.getMessage())));
        }
    }

    private static void bind(InetSocketAddress address) throws IOException {
        StandardProtocolFamily family = address.getAddress() instanceof Inet4Address
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6;
        try (SocketChannel socket = SocketChannel.open(family)) {
            // Ignores sockets in TIME-WAIT; a listener still conflicts.
            socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            socket.bind(address);
        }
    }

    /** Why the address cannot be bound, and what to do, in whole sentences. */
    static String explain(String owner, InetSocketAddress address, String error) {
        String what = "cannot listen on " + Addresses.shown(address) + " for " + owner + ": ";
        String reason = error.toLowerCase(Locale.ROOT);
        if (reason.contains("in use")) {
            Optional<String> holder = PortOwner.of(address);
            return what + "the port is in use" + holder.map(h -> " by " + h).orElse(" by another user's process")
                    + ". Stop that process, or choose another port.";
        }
        if (reason.contains("permission denied")) {
            return what + "user " + System.getProperty("user.name") + " may not bind it"
                    + (address.getPort() < 1024
                            ? "; ports below net.ipv4.ip_unprivileged_port_start (1024) need CAP_NET_BIND_SERVICE."
                                    + " Grant it, or choose a higher port."
                            : ". Check for a security policy, or choose another port.");
        }
        if (reason.contains("cannot assign")) {
            return what + "this machine does not have that address. It has " + ownAddresses() + ".";
        }
        return what + error + ". Choose another address.";
    }

    private static String ownAddresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(Addresses::shown)
                    .collect(Collectors.joining(", "));
        } catch (SocketException e) {
            return "unknown (" + e.getMessage() + ")";
        }
    }
}
