package dev.finspect.metrics;

import dev.finspect.record.IdleLimit;
import dev.finspect.session.Exposition;
import dev.finspect.session.RouteCounters;
import dev.finspect.session.SessionSink;
import dev.finspect.session.StateCounts;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * All meters of one finspect process: the sink that updates them and the page that exposes them.
 *
 * <p>Created before the relay, which needs the sink; {@link #watch} then registers the counters that the relay maintains.
 * Any thread.
 */
public final class Metrics implements AutoCloseable {
    /** States in which a socket remains after close(2). */
    private static final Set<TcpState> AFTER_CLOSE = Collections.unmodifiableSet(EnumSet.of(
            TcpState.FIN_WAIT_1, TcpState.FIN_WAIT_2, TcpState.CLOSING, TcpState.LAST_ACK, TcpState.TIME_WAIT));

    /** States of an end of a living leg. */
    private static final Set<TcpState> LIVING =
            Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(TcpState.CLOSED, TcpState.LISTEN)));

    private final Registry registry;
    private final MetricsSink sink;
    private final Exposition page;
    private volatile @Nullable RuntimeMeters runtime;

    private Metrics(Collection<String> routes, @Nullable OtlpSettings otlp, boolean strict) {
        SessionExemplars exemplars = new SessionExemplars(System::currentTimeMillis);
        registry = new Registry(exemplars, strict);
        if (otlp != null) {
            registry.send(otlp);
        }
        sink = new MetricsSink(registry, exemplars);
        page = new PrometheusPage(registry.collectors());
        routes.forEach(sink::route);
    }

    /** Meters at zero for the routes with these names. */
    public static Metrics of(Collection<String> routes) {
        return new Metrics(routes, null, false);
    }

    /** As above; the meters are also sent by OTLP. */
    public static Metrics of(Collection<String> routes, OtlpSettings otlp) {
        return new Metrics(routes, otlp, false);
    }

    /** As above, but a meter that cannot be registered throws. */
    static Metrics strict(Collection<String> routes) {
        return new Metrics(routes, null, true);
    }

    /** The sink that updates the meters. */
    public SessionSink sink() {
        return sink;
    }

    /** The metrics page. */
    public Exposition exposition() {
        return page;
    }

    /** Exposes the counters of a route: bytes, living and half-closed sessions, accepted connections. */
    public void watch(RouteCounters counters) {
        String route = counters.route();
        registry.gauge(Meters.SESSIONS_ACTIVE, counters.activeSessions::sum, route);
        registry.gauge(Meters.HALF_CLOSED_SESSIONS, counters.halfClosedByClient::sum, route, "client");
        registry.gauge(Meters.HALF_CLOSED_SESSIONS, counters.halfClosedByUpstream::sum, route, "upstream");
        registry.count(Meters.SESSIONS_ACCEPTED, counters.acceptedSessions::sum, route);
        registry.count(Meters.ACCEPT_ERRORS, counters.acceptErrors::sum, route);
        registry.count(Meters.LEG_BYTES, counters.clientBytesReceived::sum, route, "client", "received");
        registry.count(Meters.LEG_BYTES, counters.clientBytesSent::sum, route, "client", "sent");
        registry.count(Meters.LEG_BYTES, counters.upstreamBytesReceived::sum, route, "upstream", "received");
        registry.count(Meters.LEG_BYTES, counters.upstreamBytesSent::sum, route, "upstream", "sent");
        watchStates(counters);
        watchIdleTimes(counters);
    }

    private void watchIdleTimes(RouteCounters counters) {
        for (Leg leg : Leg.values()) {
            registry.gaugeSeconds(
                    Meters.IDLE_LIMIT,
                    () -> idleSeconds(counters, leg, IdleLimit::survivedNanos),
                    counters.route(),
                    leg.label(),
                    "survived");
            registry.gaugeSeconds(
                    Meters.IDLE_LIMIT,
                    () -> idleSeconds(counters, leg, IdleLimit::diedNanos),
                    counters.route(),
                    leg.label(),
                    "ended");
        }
    }

    private static double idleSeconds(RouteCounters counters, Leg leg, ToLongFunction<IdleLimit> nanos) {
        return counters.idleTimes.least(leg).map(nanos::applyAsLong).orElse(0L) / 1e9;
    }

    private void watchStates(RouteCounters counters) {
        for (Leg leg : Leg.values()) {
            for (StateCounts.Endpoint endpoint : StateCounts.Endpoint.values()) {
                for (TcpState state : LIVING) {
                    registry.gauge(
                            Meters.TCP_STATE,
                            () -> counters.states.count(leg, endpoint, state),
                            counters.route(),
                            leg.label(),
                            endpoint.name().toLowerCase(Locale.ROOT),
                            state.name().toLowerCase(Locale.ROOT));
                }
            }
        }
    }

    /** Exposes how many records the bounded queue with this name has dropped. */
    public void watchDrops(String sinkName, LongSupplier dropped) {
        registry.count(Meters.EVENTS_DROPPED, dropped, sinkName);
    }

    /**
     * Exposes what became of the session log's records: how many it has written, how many of these rotation has deleted, and how
     * many have no line by the log's own settings.
     */
    public void watchLog(LongSupplier written, LongSupplier deleted, LongSupplier leftOut) {
        registry.count(Meters.LOG_RECORDS_WRITTEN, written);
        registry.count(Meters.LOG_RECORDS_DELETED, deleted);
        registry.count(Meters.LOG_RECORDS_LEFT_OUT, leftOut);
    }

    /** Exposes how many reloads of the configuration had this result. */
    public void watchReloads(String result, LongSupplier count) {
        registry.count(Meters.CONFIG_RELOADS, count, result);
    }

    /** Exposes how often the kernel has counted this event in its network namespace. */
    public void watchKernel(String event, LongSupplier count) {
        registry.count(Meters.KERNEL_EVENTS, count, event);
    }

    /** Exposes when the configuration was last put in force, in seconds since the Unix epoch. */
    public void watchConfiguration(LongSupplier atEpochSeconds) {
        registry.gauge(Meters.CONFIG_LAST_SUCCESS, atEpochSeconds);
    }

    /** Registers the meters of another route at zero. */
    public void route(String name) {
        var unused = sink.route(name);
    }

    /** Exposes how many packets the live capture has captured and dropped. */
    public void watchCapture(LongSupplier packets, LongSupplier dropped) {
        registry.count(Meters.CAPTURE_PACKETS, packets);
        registry.count(Meters.CAPTURE_DROPPED, dropped);
    }

    /** Exposes how many sockets of a route the kernel still keeps after they were closed, and the local ports in use. */
    public void watchClosedSockets(String route, ClosedSockets closed, LongSupplier portsTaken) {
        for (Leg leg : Leg.values()) {
            for (TcpState state : AFTER_CLOSE) {
                registry.gauge(
                        Meters.KERNEL_SOCKETS,
                        () -> closed.count(leg, state),
                        route,
                        leg.label(),
                        state.name().toLowerCase(Locale.ROOT));
            }
        }
        registry.gauge(Meters.UPSTREAM_PORTS_TAKEN, portsTaken, route);
    }

    /** Exposes how many local ports the system has. */
    public void watchLocalPorts(LongSupplier ports) {
        registry.gauge(Meters.LOCAL_PORTS, ports);
    }

    /** Counts sockets that the kernel keeps after they were closed. */
    @FunctionalInterface
    public interface ClosedSockets {
        /** The number on this leg in this state, at the last count. */
        long count(Leg leg, TcpState state);
    }

    /** Exposes the memory of Netty's buffer allocator on and off the heap. */
    public void watchNetty(LongSupplier heapBytes, LongSupplier directBytes) {
        registry.gauge(Meters.NETTY_MEMORY, heapBytes, "heap");
        registry.gauge(Meters.NETTY_MEMORY, directBytes, "direct");
    }

    /** Exposes the versions of finspect and Java, and the meters of the runtime and the process. Call once. */
    public void watchRuntime(String version) {
        registry.gauge(Meters.BUILD_INFO, () -> 1, version, Runtime.version().toString());
        ProcessMeters.register(registry);
        runtime = new RuntimeMeters(registry.micrometer());
    }

    /** Closes the registries and stops the runtime meters. */
    @Override
    public void close() {
        RuntimeMeters bound = runtime;
        if (bound != null) {
            bound.close();
        }
        registry.close();
    }
}
