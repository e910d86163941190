package dev.finspect.cli.run;

import dev.finspect.admin.Reloading;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.process.Version;
import dev.finspect.kernel.counters.KernelCounters;
import dev.finspect.kernel.sockets.LocalPorts;
import dev.finspect.kernel.sockets.SocketCensus;
import dev.finspect.metrics.Metrics;
import dev.finspect.relay.RouteSettings;
import dev.finspect.relay.RunningRelay;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The meters of a run: of the kernel, of the routes as they come, of reloads, and of the capture once there is one. */
final class RunMeters implements AutoCloseable {
    private final Metrics metrics;
    private final Set<String> watchedRoutes = new HashSet<>();
    private boolean capturing;
    private @Nullable SocketCensus census;

    /** Meters of the routes of a configuration; each counts from its first event. */
    RunMeters(Config config) {
        List<String> routes =
                config.relay().routes().stream().map(RouteSettings::name).toList();
        metrics = config.otlp().map(otlp -> Metrics.of(routes, otlp)).orElseGet(() -> Metrics.of(routes));
    }

    Metrics metrics() {
        return metrics;
    }

    /** The relay has started. */
    void started(
            RunningRelay running,
            Supplier<Map<InetSocketAddress, String>> upstreams,
            ConfigReload reload,
            KernelCounters counters) {
        census = new SocketCensus(() -> new SocketCensus.Places(routesByPort(running), upstreams.get()));
        metrics.watchLocalPorts(LocalPorts::count);
        routes(running);
        metrics.watchNetty(running::heapBytes, running::directBytes);
        for (Reloading.Result result : Reloading.Result.values()) {
            metrics.watchReloads(result.label(), () -> reload.count(result));
        }
        metrics.watchConfiguration(reload::lastSuccessEpochSeconds);
        counters.each(metrics::watchKernel);
        LaterThread.run(() -> metrics.watchRuntime(Version.number()));
    }

    /** Meters of the routes that have none yet. */
    void routes(RunningRelay running) {
        SocketCensus counting = census;
        running.counters().forEach((route, counters) -> {
            if (watchedRoutes.add(route)) {
                metrics.route(route);
                metrics.watch(counters);
                if (counting != null) {
                    metrics.watchClosedSockets(
                            route, (leg, state) -> counting.kept(route, leg, state), () -> counting.portsTaken(route));
                }
            }
        });
    }

    /** Meters of the capture, when it begins. */
    void capture(RouteCapture following) {
        if (following.begun() && !capturing) {
            capturing = true;
            metrics.watchCapture(following.counters()::packets, following.counters()::dropped);
        }
    }

    private static Map<Integer, String> routesByPort(RunningRelay running) {
        Map<Integer, String> routes = new HashMap<>();
        running.listening()
                .forEach((route, addresses) -> addresses.forEach(address -> routes.put(address.getPort(), route)));
        return routes;
    }

    @Override
    public void close() {
        SocketCensus counting = census;
        if (counting != null) {
            counting.close();
        }
        metrics.close();
    }
}
