package dev.finspect.metrics;

import dev.finspect.session.ConnectResult;
import dev.finspect.session.LegRecord;
import dev.finspect.session.Outcome;
import dev.finspect.session.SessionClose;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Leg;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one route, built once and kept by the ordinals of their labels: to look one up in the registry costs more
 * than to record. Any thread.
 */
final class RouteMeters {
    private final Counter[] outcomes;
    private final Counter[] firstCloses;
    private final Counter[] closeOrders;
    private final Counter[] connectFailures;
    private final Counter bytesAfterFirstFin;
    private final Timer duration;
    private final OnDemand<Timer> connects;
    private final LegMeters client;
    private final LegMeters upstream;

    /** Registers all that a route has, so that a counter's first step is seen as a step from 0. */
    RouteMeters(Registry registry, String route) {
        Outcome[] allOutcomes = Outcome.values();
        outcomes = new Counter[allOutcomes.length];
        for (Outcome outcome : allOutcomes) {
            outcomes[outcome.ordinal()] = registry.counter(Meters.SESSIONS, route, outcome.label());
        }
        FirstClose[] allFirst = FirstClose.values();
        firstCloses = new Counter[allFirst.length];
        for (FirstClose first : allFirst) {
            firstCloses[first.ordinal()] = registry.counter(Meters.FIRST_CLOSE, route, first.peer(), first.kind());
        }
        CloseOrder[] allOrders = CloseOrder.values();
        closeOrders = new Counter[allOrders.length];
        for (CloseOrder order : allOrders) {
            closeOrders[order.ordinal()] = registry.counter(Meters.CLOSE_ORDER, route, order.label());
        }
        ConnectResult[] results = ConnectResult.values();
        connectFailures = new Counter[results.length];
        for (ConnectResult cause : results) {
            if (cause != ConnectResult.CONNECTED) {
                connectFailures[cause.ordinal()] = registry.counter(Meters.CONNECT_FAILURES, route, cause.label());
            }
        }
        connects = new OnDemand<>(
                results.length,
                ordinal -> registry.histogram(Meters.UPSTREAM_CONNECT_DURATION, route, results[ordinal].label()));
        connects.of(ConnectResult.CONNECTED);
        bytesAfterFirstFin = registry.counter(Meters.BYTES_AFTER_FIRST_FIN, route);
        duration = registry.histogram(Meters.SESSION_DURATION, route);
        client = new LegMeters(registry, route, Leg.CLIENT);
        upstream = new LegMeters(registry, route, Leg.UPSTREAM);
    }

    /** The meters of one leg. */
    LegMeters leg(Leg leg) {
        return leg == Leg.CLIENT ? client : upstream;
    }

    /** An attempt to connect ended with this result, after so long. */
    void attempted(ConnectResult result, long nanos) {
        connects.of(result).record(nanos, TimeUnit.NANOSECONDS);
        if (result != ConnectResult.CONNECTED) {
            connectFailures[result.ordinal()].increment();
        }
    }

    /** A session is over: takes what its record knows. */
    void closed(SessionRecord session) {
        Outcome outcome = session.outcome();
        if (outcome != null) {
            outcomes[outcome.ordinal()].increment();
        }
        duration.record(session.durationNanos(), TimeUnit.NANOSECONDS);
        closing(session.close(), connected(session.upstream()));
        client.over(session.client());
        if (session.upstream().peer() != null) {
            upstream.over(session.upstream());
        }
    }

    private void closing(SessionClose close, boolean connected) {
        FirstClose first = FirstClose.of(close.firstBy(), close.firstHow());
        if (first != null) {
            firstCloses[first.ordinal()].increment();
        }
        closeOrders[CloseOrder.of(close.order()).ordinal()].increment();
        resets(close.order(), connected);
        Long halfCloseNanos = Facts.value(close.halfCloseTime());
        Leg halfClosedBy = close.halfClosedBy();
        if (halfClosedBy != null && halfCloseNanos != null) {
            leg(halfClosedBy).halfClosed(halfCloseNanos);
        }
        Long bytesAfter = Facts.value(close.bytesAfterFirstFin());
        if (bytesAfter != null) {
            bytesAfterFirstFin.increment(bytesAfter);
        }
        relayed(client, Facts.value(close.clientFinRelay()));
        relayed(upstream, Facts.value(close.upstreamFinRelay()));
    }

    private void resets(List<String> order, boolean connected) {
        for (int i = 0; i < order.size(); i++) {
            switch (order.get(i)) {
                case "client.rst" -> client.reset(ResetPhase.at(order, i, connected));
                case "upstream.rst" -> upstream.reset(ResetPhase.at(order, i, connected));
                default -> {}
            }
        }
    }

    private static void relayed(LegMeters sender, @Nullable Long nanos) {
        if (nanos != null) {
            sender.finRelayed(nanos);
        }
    }

    private static boolean connected(LegRecord upstream) {
        return upstream.peer() != null;
    }
}
