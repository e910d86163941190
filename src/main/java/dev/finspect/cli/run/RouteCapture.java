package dev.finspect.cli.run;

import dev.finspect.cli.config.Config;
import dev.finspect.kernel.Reading;
import dev.finspect.kernel.capture.Capture;
import dev.finspect.record.CaptureMode;
import dev.finspect.relay.RouteSettings;
import dev.finspect.session.CaptureCounters;
import dev.finspect.session.join.CaptureJoin;
import dev.finspect.session.join.CapturedRoute;
import dev.finspect.tcp.ClockReading;
import dev.finspect.wire.filter.FilterMode;
import dev.finspect.wire.filter.FilterRule;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The packet capture as the routes change: sessions are captured as their route was when they began, and the filter lets
 * through what any living session needs. Any thread; one reload at a time.
 */
final class RouteCapture implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteCapture.class);
    /** How often it looks whether the last session of a former route is over. */
    private static final long LOOK_SECONDS = 5;

    private final CaptureJoin join;
    private final CaptureCounters counters;
    /** The settings of former routes of which sessions live. */
    private final Supplier<List<RouteSettings>> livingOn;

    private List<Followed> inForce = List.of();
    private List<Followed> former = List.of();
    private volatile @Nullable LiveCapture live;
    private boolean looking;
    private boolean closed;

    /** Not open yet; {@code join} gets the packets. */
    RouteCapture(CaptureJoin join, Supplier<List<RouteSettings>> livingOn) {
        this.join = join;
        this.counters = new CaptureCounters(join);
        this.livingOn = livingOn;
    }

    /** A route as it is captured. */
    private record Followed(RouteSettings route, FilterMode mode, List<InetSocketAddress> listening) {
        Set<FilterRule> rules() {
            return LiveCapture.rules(route, mode, listening);
        }

        @Nullable
        CapturedRoute captured() {
            CaptureMode captured = CapturedRoutes.mode(mode);
            return captured == null ? null : new CapturedRoute(route.name(), captured, listening);
        }
    }

    /** Packets seen and missed. */
    CaptureCounters counters() {
        return counters;
    }

    /** Begins, for listeners that are bound, if a route is captured. */
    synchronized void begin(Config config, List<RouteSettings> routes, Map<String, List<InetSocketAddress>> listening) {
        inForce = followed(config, routes, listening);
        if (config.capture().any()) {
            join.begin(captured(), CapturedRoutes.epochNanos());
            live = LiveCapture.start(config, rules(), counters);
        }
    }

    /** Whether it was begun; what begins later needs rights that a finspect that changed its user has no more. */
    boolean begun() {
        return live != null;
    }

    /** The routes of which other packets are to be captured than until now, and those that are captured in another mode. */
    static Set<String> changed(Config before, Config after) {
        Map<String, FilterMode> modes = new LinkedHashMap<>();
        for (int i = 0; i < before.relay().routes().size(); i++) {
            modes.put(before.route(i).name(), before.capture().modes().get(i));
        }
        Set<String> changed = new LinkedHashSet<>();
        for (int i = 0; i < after.relay().routes().size(); i++) {
            FilterMode mode = modes.get(after.route(i).name());
            if (mode != null && mode != after.capture().modes().get(i)) {
                changed.add(after.route(i).name());
            }
        }
        return changed;
    }

    /** Captures what another configuration needs as well, before its listeners accept. */
    synchronized void widen(Config next, Map<String, List<InetSocketAddress>> listening) {
        List<Followed> planned = followed(next, next.relay().routes(), listening);
        List<Followed> both = new ArrayList<>(former);
        both.addAll(inForce);
        former = both;
        Map<String, Followed> before = new LinkedHashMap<>();
        inForce.forEach(each -> before.put(each.route().name(), each));
        inForce = planned;
        if (live == null && next.capture().any()) {
            join.begin(captured(), CapturedRoutes.epochNanos());
            live = LiveCapture.start(next, rules(), counters);
        } else {
            attach();
        }
        ClockReading now = ClockReading.now(InstantSource.system());
        for (Followed each : planned) {
            Followed was = before.get(each.route().name());
            if (was == null || was.mode() != each.mode() || !was.rules().equals(each.rules())) {
                join.change(each.route().name(), CapturedRoutes.mode(each.mode()), now.nanos(), now.epochNanos());
            }
        }
    }

    /** The configuration is in force: captures no more than it and the living sessions of former routes need. */
    synchronized void follow(
            Config config, List<RouteSettings> routes, Map<String, List<InetSocketAddress>> listening) {
        inForce = followed(config, routes, listening);
        join.watch(captured());
        narrow();
    }

    @SuppressWarnings("ReferenceEquality") // Two routes, one after the other, may have equal settings.
    private synchronized void narrow() {
        looking = false;
        List<RouteSettings> living = livingOn.get();
        int count = former.size();
        former = former.stream()
                .filter(each -> each.mode() != FilterMode.OFF && living.stream().anyMatch(one -> one == each.route()))
                .toList();
        if (former.size() != count) {
            attach();
        }
        if (!former.isEmpty() && !looking && !closed) {
            looking = true;
            CompletableFuture.delayedExecutor(LOOK_SECONDS, TimeUnit.SECONDS).execute(this::narrow);
        }
    }

    private void attach() {
        LiveCapture open = live;
        if (open != null) {
            try {
                open.change(rules());
            } catch (IllegalStateException e) {
                LOG.warn("The capture goes on with the filter that it has: {}", e.getMessage());
            }
        }
    }

    private List<FilterRule> rules() {
        Set<FilterRule> rules = new LinkedHashSet<>();
        inForce.forEach(each -> rules.addAll(each.rules()));
        former.forEach(each -> rules.addAll(each.rules()));
        return new ArrayList<>(rules);
    }

    private List<CapturedRoute> captured() {
        List<CapturedRoute> captured = new ArrayList<>();
        for (Followed each : inForce) {
            CapturedRoute route = each.captured();
            if (route != null) {
                captured.add(route);
            }
        }
        return captured;
    }

    private static List<Followed> followed(
            Config config, List<RouteSettings> routes, Map<String, List<InetSocketAddress>> listening) {
        List<Followed> followed = new ArrayList<>();
        for (int i = 0; i < routes.size(); i++) {
            RouteSettings route = routes.get(i);
            followed.add(new Followed(
                    route, config.capture().modes().get(i), listening.getOrDefault(route.name(), List.of())));
        }
        return followed;
    }

    /** The open capture, or why it did not open; waits until that is known. Empty if none was begun. */
    Optional<Reading<Capture>> opened() {
        return Optional.ofNullable(live).map(LiveCapture::opened);
    }

    @Override
    public void close() {
        LiveCapture open;
        synchronized (this) {
            closed = true;
            open = live;
        }
        if (open != null) {
            open.close();
        }
    }
}
