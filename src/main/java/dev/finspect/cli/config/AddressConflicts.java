package dev.finspect.cli.config;

import dev.finspect.relay.Interception;
import dev.finspect.relay.RouteSettings;
import dev.finspect.relay.UpstreamTarget;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds conflicting addresses in a configuration: two listeners on one address, or an upstream that is finspect itself. */
public final class AddressConflicts {
    /**
     * One listener.
     *
     * @param route its route; null for the admin server
     */
    private record Listener(
            String owner,
            InetSocketAddress address,
            Location location,
            @Nullable RouteSettings route) {}

    private final Config config;
    private final Function<UpstreamTarget, List<InetAddress>> addresses;
    private final List<Listener> listeners = new ArrayList<>();
    private final List<ConfigProblem> problems = new ArrayList<>();

    private AddressConflicts(Config config, Function<UpstreamTarget, List<InetAddress>> addresses) {
        this.config = config;
        this.addresses = addresses;
    }

    /** The conflicts that are visible without resolving names. */
    public static List<ConfigProblem> of(Config config) {
        return of(config, AddressConflicts::withoutLookUp);
    }

    /** The conflicts if each upstream has the given addresses. */
    public static List<ConfigProblem> of(Config config, Function<UpstreamTarget, List<InetAddress>> addresses) {
        AddressConflicts collisions = new AddressConflicts(config, addresses);
        collisions.listeners();
        collisions.upstreams();
        return collisions.problems;
    }

    /** Whether a connection to {@code target} reaches a listener on that address. */
    static boolean reaches(InetAddress target, InetSocketAddress listener) {
        InetAddress own = listener.getAddress();
        if (!own.isAnyLocalAddress()) {
            return own.equals(target);
        }
        boolean family = own.getAddress().length == 16 || target.getAddress().length == 4;
        return family && isLocal(target);
    }

    private void listeners() {
        for (int i = 0; i < config.relay().routes().size(); i++) {
            List<InetSocketAddress> addressesOfRoute = config.route(i).listen();
            for (int j = 0; j < addressesOfRoute.size(); j++) {
                add(new Listener(
                        "route '" + config.route(i).name() + "'",
                        addressesOfRoute.get(j),
                        config.locations().get(i).listen().get(j),
                        config.route(i)));
            }
        }
        if (config.admin().explicit()) {
            config.admin()
                    .listen()
                    .ifPresent(a -> add(
                            new Listener("the admin server", a, config.admin().location(), null)));
        }
    }

    private void add(Listener listener) {
        int before = problems.size();
        List<Listener> sharing = new ArrayList<>();
        for (Listener other : listeners) {
            if (mayShare(listener, other)) {
                shared(listener, other);
                sharing.add(other);
            } else if (overlap(listener.address(), other.address())) {
                problems.add(new ConfigProblem(
                        listener.location(),
                        Addresses.shown(listener.address()) + " is already used by " + other.owner() + ", at "
                                + other.location(),
                        "Give each listener its own address or port."));
                return;
            }
        }
        if (problems.size() == before && !sharing.isEmpty()) {
            shadowed(listener, sharing);
        }
        listeners.add(listener);
    }

    private void shadowed(Listener listener, List<Listener> sharing) {
        List<Interception> earlier = sharing.stream()
                .map(each -> Objects.requireNonNull(each.route()).interception())
                .toList();
        if (Destinations.allTaken(Objects.requireNonNull(listener.route()).interception(), earlier)) {
            problems.add(new ConfigProblem(
                    listener.location(),
                    listener.owner() + " gets no connection: before it, "
                            + sharing.stream().map(Listener::owner).collect(Collectors.joining(" and "))
                            + " on the same address takes each of its destinations",
                    "Move the route with the narrower destinations to the front, or remove it."));
        }
    }

    /** Whether both routes intercept on the same address; they then share it by destination. */
    private static boolean mayShare(Listener listener, Listener other) {
        RouteSettings one = listener.route();
        RouteSettings two = other.route();
        return one != null
                && two != null
                && !one.name().equals(two.name())
                && listener.address().equals(other.address())
                && listener.address().getPort() != 0
                && one.interception().intercepts()
                && two.interception().intercepts();
    }

    private void shared(Listener listener, Listener before) {
        RouteSettings later = Objects.requireNonNull(listener.route());
        RouteSettings earlier = Objects.requireNonNull(before.route());
        String both = listener.owner() + " and " + before.owner() + " share " + Addresses.shown(listener.address());
        if (later.interception().mode() != earlier.interception().mode()
                || !later.clientSocket().equals(earlier.clientSocket())) {
            problems.add(new ConfigProblem(
                    listener.location(),
                    both + " but differ in mode or client_socket",
                    "Give both the same settings, or each its own port."));
        } else if (earlier.interception().networks().isEmpty()
                && earlier.interception().ports().isEmpty()) {
            problems.add(new ConfigProblem(
                    listener.location(),
                    both + ", but the latter comes first and takes every destination",
                    "Set its destinations, or move it to the end."));
        }
    }

    private static boolean overlap(InetSocketAddress a, InetSocketAddress b) {
        return a.getPort() == b.getPort()
                && a.getPort() != 0
                && (a.equals(b)
                        || a.getAddress().isAnyLocalAddress()
                        || b.getAddress().isAnyLocalAddress());
    }

    private void upstreams() {
        for (int i = 0; i < config.relay().routes().size(); i++) {
            List<UpstreamTarget> targets = config.route(i).upstreams();
            for (int j = 0; j < targets.size(); j++) {
                upstream(targets.get(j), config.locations().get(i).upstreams().get(j));
            }
        }
    }

    private void upstream(UpstreamTarget target, Location location) {
        if (target.isOriginal()) {
            return;
        }
        List<Listener> samePort = listeners.stream()
                .filter(l -> l.address().getPort() == target.port())
                .toList();
        if (samePort.isEmpty()) {
            return;
        }
        for (InetAddress address : addresses.apply(target)) {
            for (Listener listener : samePort) {
                if (reaches(address, listener.address())) {
                    problems.add(new ConfigProblem(
                            location,
                            "upstream " + target + " is finspect itself, listening for " + listener.owner()
                                    + ": that is an endless loop",
                            "Name the service behind it, or listen on another port."));
                    return;
                }
            }
        }
    }

    /** The addresses that are visible in the target itself. */
    static List<InetAddress> withoutLookUp(UpstreamTarget target) {
        try {
            if (target.host().equals("localhost")) {
                return List.of(
                        InetAddress.getByAddress(new byte[] {127, 0, 0, 1}),
                        InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
            }
            return Addresses.numeric(target.host()).map(List::of).orElse(List.of());
        } catch (InvalidValueException | java.net.UnknownHostException e) {
            return List.of();
        }
    }

    private static boolean isLocal(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
