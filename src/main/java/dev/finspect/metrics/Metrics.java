package dev.finspect.metrics;

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
import org.jspecify.annotations.Nullable;

/**
 * All meters of one running finspect: the sink that feeds them and the page that shows them.
 *
 * <p>Made before the relay, which needs the sink; {@link #watch} then ties in the counters that the relay keeps itself.
 * Any thread.
 */
public final class Metrics implements AutoCloseable {
    /** States in which a socket lives on after close(2). */
    private static final Set<TcpState> KEPT = Collections.unmodifiableSet(EnumSet.of(
            TcpState.FIN_WAIT_1, TcpState.FIN_WAIT_2, TcpState.CLOSING, TcpState.LAST_ACK, TcpState.TIME_WAIT));

    /** States of an end of a leg that lives. */
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

    /** Meters at zero for the routes of these names. */
    public static Metrics of(Collection<String> routes) {
        return new Metrics(routes, null, false);
    }

    /** The same, sent by OTLP besides. */
    public static Metrics of(Collection<String> routes, OtlpSettings otlp) {
        return new Metrics(routes, otlp, false);
    }

    /** The same, but a meter that cannot be registered throws. */
    static Metrics strict(Collection<String> routes) {
        return new Metrics(routes, null, true);
    }

    /** What feeds the meters. */
    public SessionSink sink() {
        return sink;
    }

    /** What shows them. */
    public Exposition exposition() {
        return page;
    }

    /** Shows what a route has carried: bytes, living and half-closed sessions, accepted connections. */
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

    /** Shows how many records the bounded queue of this name has not taken. */
    public void watchDrops(String sinkName, LongSupplier dropped) {
        registry.count(Meters.EVENTS_DROPPED, dropped, sinkName);
    }

    /** Shows how many records the session log has written. */
    public void watchLog(LongSupplier written) {
        registry.count(Meters.LOG_RECORDS_WRITTEN, written);
    }

    /** Shows what the live capture has seen and what it has missed. */
    public void watchCapture(LongSupplier packets, LongSupplier dropped) {
        registry.count(Meters.CAPTURE_PACKETS, packets);
        registry.count(Meters.CAPTURE_DROPPED, dropped);
    }

    /** Shows what the kernel keeps of a route's connections after they were closed, and the ports that are taken. */
    public void watchKept(String route, KeptSockets kept, LongSupplier portsTaken) {
        for (Leg leg : Leg.values()) {
            for (TcpState state : KEPT) {
                registry.gauge(
                        Meters.KERNEL_SOCKETS,
                        () -> kept.count(leg, state),
                        route,
                        leg.label(),
                        state.name().toLowerCase(Locale.ROOT));
            }
        }
        registry.gauge(Meters.UPSTREAM_PORTS_TAKEN, portsTaken, route);
    }

    /** Shows how many local ports the system has. */
    public void watchLocalPorts(LongSupplier ports) {
        registry.gauge(Meters.LOCAL_PORTS, ports);
    }

    /** How many sockets the kernel keeps alone on a leg in a state. */
    @FunctionalInterface
    public interface KeptSockets {
        /** At the last count. */
        long count(Leg leg, TcpState state);
    }

    /** Shows the bytes that Netty's buffer allocator holds on and off the heap. */
    public void watchNetty(LongSupplier heapBytes, LongSupplier directBytes) {
        registry.gauge(Meters.NETTY_MEMORY, heapBytes, "heap");
        registry.gauge(Meters.NETTY_MEMORY, directBytes, "direct");
    }

    /** Shows which finspect runs on which Java, and the meters of the runtime and the process. Once. */
    public void watchRuntime(String version) {
        registry.gauge(Meters.BUILD_INFO, () -> 1, version, Runtime.version().toString());
        runtime = new RuntimeMeters(registry.micrometer());
    }

    /** Ends what the runtime's meters listen to. */
    @Override
    public void close() {
        RuntimeMeters bound = runtime;
        if (bound != null) {
            bound.close();
        }
        registry.close();
    }
}
