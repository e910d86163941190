package dev.finspect.cli.run;

import dev.finspect.cli.config.Addresses;
import dev.finspect.cli.config.Config;
import dev.finspect.relay.Interception;
import dev.finspect.relay.ListenerKey;
import dev.finspect.relay.RouteSettings;
import dev.finspect.relay.SocketSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What another configuration changes, and what of that cannot change while finspect runs. Opens nothing. */
final class ConfigChange {
    private static final String RESTART = " cannot change while finspect runs. Restart it, or start its successor with"
            + " --take-over; until then, undo the change.";

    private static final Map<String, Function<RouteSettings, Object>> ROUTE_KEYS = routeKeys();

    private final Config before;
    private final Config after;
    private final List<String> refusals = new ArrayList<>();
    private final List<String> changes = new ArrayList<>();

    private ConfigChange(Config before, Config after) {
        this.before = before;
        this.after = after;
    }

    /** The change from one to the other. */
    static ConfigChange between(Config before, Config after) {
        ConfigChange change = new ConfigChange(before, after);
        change.fixed();
        change.listeners();
        change.settings();
        change.routes();
        return change;
    }

    /** What cannot change, a sentence each; nothing can change unless it is empty. */
    List<String> refusals() {
        return refusals;
    }

    /** What changes, a sentence each. */
    List<String> changes() {
        return changes;
    }

    private void fixed() {
        fixed("user", config -> config.user().map(user -> user.value()));
        fixed("engine", config -> config.relay().engine());
        fixed("loops", config -> config.relay().loops());
        fixed(
                "admin.listen",
                config -> List.of(config.admin().listen(), config.admin().explicit()));
        fixed("admin.token_file", config -> config.admin().access().tokenFile());
        fixed("admin.open", config -> config.admin().access().open());
        fixed("admin.hosts", config -> config.admin().access().hosts());
        fixed("log.format", config -> config.log().format());
        fixed("log.detail", config -> config.log().lines().detail());
        fixed("log.instance", config -> config.log().lines().instance());
        if (before.log().file().isPresent() != after.log().file().isPresent()) {
            refusals.add("log.file: a log on standard output and one in a file" + RESTART);
        }
        fixed("otlp", config -> config.otlp());
        fixed("capture.ring", config -> config.capture().ringBytes());
        fixed("capture.save", config -> config.capture().save());
        fixed("capture.kernel_trace", config -> config.capture().kernelTrace());
    }

    private void fixed(String key, Function<Config, Object> value) {
        if (!value.apply(before).equals(value.apply(after))) {
            refusals.add(key + RESTART);
        }
    }

    /** A listener that stays is not closed, so that what is set when it is opened stays as well. */
    private void listeners() {
        Map<ListenerKey, RouteSettings> open = byListener(before);
        byListener(after).forEach((key, route) -> {
            RouteSettings former = open.get(key);
            if (former != null) {
                String where = "route " + route.name() + ", listening on " + Addresses.shown(key.wanted()) + ": ";
                if (isTransparent(former) != isTransparent(route)) {
                    refusals.add(where + "mode tproxy, to or from another," + RESTART);
                }
                unset(where, former.clientSocket(), route.clientSocket());
            }
        });
    }

    private void unset(String where, SocketSettings former, SocketSettings next) {
        unset(where, "receive_buffer", former.receiveBufferBytes(), next.receiveBufferBytes());
        unset(where, "send_buffer", former.sendBufferBytes(), next.sendBufferBytes());
        unset(where, "congestion_control", former.congestionControl(), next.congestionControl());
    }

    private void unset(String where, String key, @Nullable Object former, @Nullable Object next) {
        if (former != null && next == null) {
            refusals.add(where + "client_socket." + key + ", back to the system's default," + RESTART);
        }
    }

    private static Map<ListenerKey, RouteSettings> byListener(Config config) {
        Map<ListenerKey, RouteSettings> routes = new LinkedHashMap<>();
        config.relay().routes().forEach(route -> ListenerKey.of(route).forEach(key -> routes.putIfAbsent(key, route)));
        return routes;
    }

    private static boolean isTransparent(RouteSettings route) {
        return route.interception().mode() == Interception.Mode.TPROXY;
    }

    private void settings() {
        setting("limits.sessions", config -> config.relay().maxSessions());
        setting("limits.when_full", config -> config.relay().rejectWhenFull());
        setting("limits.held_bytes", config -> config.relay().heldBytesBudget());
        setting("limits.per_client", config -> config.relay().admission().perClient());
        setting("limits.unspoken", config -> config.relay().admission().unspoken());
        setting("splice", config -> config.relay().splice());
        setting(
                "log.progress_interval",
                config -> Optional.ofNullable(config.relay().progressInterval()));
        setting("drain", config -> config.drain());
        setting("drain_delay", config -> config.drainDelay());
        setting("history", config -> config.history());
        setting("warm_up", config -> config.warmUp());
        setting("log.file", config -> config.log().file());
        setting("log.max_size", config -> config.log().maxBytes());
        setting("log.keep", config -> config.log().keep());
        setting("log.mode", config -> config.log().mode());
        setting("log.only", config -> config.log().lines().only());
        setting("log.sample", config -> config.log().lines().sample());
    }

    private void setting(String key, Function<Config, Object> value) {
        if (!value.apply(before).equals(value.apply(after))) {
            changes.add(key + " changed.");
        }
    }

    private void routes() {
        Map<String, Integer> former = places(before);
        Map<String, Integer> next = places(after);
        next.forEach((name, place) -> {
            Integer was = former.get(name);
            if (was == null) {
                changes.add("route " + name + " added: " + shown(after.route(place)) + ".");
            } else {
                List<String> keys = changedKeys(was, place);
                if (!keys.isEmpty()) {
                    changes.add("route " + name + " changed: " + String.join(", ", keys) + ".");
                }
            }
        });
        former.keySet().stream()
                .filter(name -> !next.containsKey(name))
                .forEach(name -> changes.add("route " + name + " removed."));
        List<String> order = new ArrayList<>(former.keySet());
        order.retainAll(next.keySet());
        List<String> nextOrder = new ArrayList<>(next.keySet());
        nextOrder.retainAll(former.keySet());
        if (!order.equals(nextOrder)) {
            changes.add("the order of the routes changed.");
        }
    }

    private static String shown(RouteSettings route) {
        return route.listen().stream().map(Addresses::shown).collect(Collectors.joining(", ")) + " -> "
                + route.upstreams().stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    private static Map<String, Integer> places(Config config) {
        Map<String, Integer> places = new LinkedHashMap<>();
        for (int i = 0; i < config.relay().routes().size(); i++) {
            places.put(config.route(i).name(), i);
        }
        return places;
    }

    private List<String> changedKeys(int was, int is) {
        List<String> keys = new ArrayList<>();
        ROUTE_KEYS.forEach((key, value) -> {
            if (!Objects.equals(value.apply(before.route(was)), value.apply(after.route(is)))) {
                keys.add(key);
            }
        });
        if (before.capture().modes().get(was) != after.capture().modes().get(is)) {
            keys.add("capture");
        }
        return keys;
    }

    private static Map<String, Function<RouteSettings, Object>> routeKeys() {
        Map<String, Function<RouteSettings, Object>> keys = new LinkedHashMap<>();
        keys.put("listen", RouteSettings::listen);
        keys.put("upstream", RouteSettings::upstreams);
        keys.put("clients", route -> List.of(route.allow(), route.refuse()));
        keys.put("timeouts", RouteSettings::timeouts);
        keys.put("client_socket", RouteSettings::clientSocket);
        keys.put("upstream_socket", RouteSettings::upstreamSocket);
        keys.put("close_policy", RouteSettings::closePolicy);
        keys.put(
                "diagnosis",
                route -> List.of(route.diagnosis().enabled(), route.diagnosis().thresholds()));
        keys.put("answers", route -> route.diagnosis().answers());
        keys.put("mode", route -> route.interception().mode());
        keys.put("keep_client_address", route -> route.interception().keepClientAddress());
        keys.put(
                "destinations",
                route -> List.of(
                        route.interception().networks(), route.interception().ports()));
        keys.put("proxy_protocol", RouteSettings::proxyProtocol);
        keys.put("tls", RouteSettings::tls);
        return keys;
    }
}
