package dev.finspect.metrics;

import dev.finspect.lifecycle.connection.SynFacts;
import dev.finspect.record.Attempt;
import dev.finspect.record.CloseAct;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.record.Lookup;
import dev.finspect.record.Outcome;
import dev.finspect.record.SessionClose;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Leg;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one route. They are registered once and kept in fields, because a lookup in the registry costs more than an
 * update. Any thread.
 */
final class RouteMeters {
    private final String route;
    private final EnumCounters<Outcome> outcomes;
    private final EnumCounters<FirstClose> firstCloses;
    private final EnumCounters<CloseOrder> closeOrders;
    private final EnumCounters<ConnectResult> connectFailures;
    private final EnumCounters<HeaderResult> headers;
    private final Counter bytesAfterFirstFin;
    private final Counter attemptsUnaccepted;
    private final Timer acceptDelay;
    private final Timer duration;
    private final ConcurrentMap<ConnectResult, Timer> connects = new ConcurrentHashMap<>();
    private final Function<ConnectResult, Timer> connectDuration;
    private final ConcurrentMap<Lookup.Result, Timer> lookUps = new ConcurrentHashMap<>();
    private final Function<Lookup.Result, Timer> lookUpDuration;
    private final HungMeters hung;
    private final TurnMeters turns;
    private final LegMeters client;
    private final LegMeters upstream;

    /** Registers all meters of the route, so that the first increment of a counter is visible as a step from 0. */
    RouteMeters(Registry registry, String route) {
        this.route = route;
        outcomes = new EnumCounters<>(
                EnumSet.allOf(Outcome.class), outcome -> registry.counter(Meters.SESSIONS, route, outcome.label()));
        firstCloses = new EnumCounters<>(
                EnumSet.allOf(FirstClose.class),
                first -> registry.counter(Meters.FIRST_CLOSE, route, first.peer(), first.kind()));
        closeOrders = new EnumCounters<>(
                EnumSet.allOf(CloseOrder.class), order -> registry.counter(Meters.CLOSE_ORDER, route, order.label()));
        connectFailures = new EnumCounters<>(
                EnumSet.complementOf(EnumSet.of(ConnectResult.CONNECTED)),
                cause -> registry.counter(Meters.CONNECT_FAILURES, route, cause.label()));
        headers = new EnumCounters<>(
                EnumSet.allOf(HeaderResult.class),
                result -> registry.counter(Meters.PROXY_HEADERS, route, result.label()));
        connectDuration = result -> registry.histogram(Meters.UPSTREAM_CONNECT_DURATION, route, result.label());
        connects.computeIfAbsent(ConnectResult.CONNECTED, connectDuration);
        lookUpDuration = result -> registry.histogram(Meters.LOOK_UP_DURATION, route, result.label());
        bytesAfterFirstFin = registry.counter(Meters.BYTES_AFTER_FIRST_FIN, route);
        attemptsUnaccepted = registry.counter(Meters.ATTEMPTS_UNACCEPTED, route);
        acceptDelay = registry.histogram(Meters.ACCEPT_DELAY, route);
        duration = registry.histogram(Meters.SESSION_DURATION, route);
        hung = new HungMeters(registry, route);
        turns = new TurnMeters(registry, route);
        client = new LegMeters(registry, route, Leg.CLIENT);
        upstream = new LegMeters(registry, route, Leg.UPSTREAM);
    }

    /** The route's name. */
    String route() {
        return route;
    }

    /** {@code count} handshakes to the listener never reached accept(). */
    void attemptsUnaccepted(long count) {
        attemptsUnaccepted.increment((double) count);
    }

    /** The meters for sessions that hang. */
    HungMeters hung() {
        return hung;
    }

    /** The meters for turns. */
    TurnMeters turns() {
        return turns;
    }

    /** Counts the findings made at the end of a session or of a handshake. */
    void found(SessionRecord session) {
        Diagnosed diagnosed = session.diagnosed();
        if (diagnosed != null) {
            for (SessionFinding one : diagnosed.findings()) {
                if (one.atEnd() && one.finding().accuses()) {
                    hung.atEnd(one.finding());
                }
            }
        }
    }

    /** The meters of one leg. */
    LegMeters leg(Leg leg) {
        return leg == Leg.CLIENT ? client : upstream;
    }

    /** An attempt to connect ended with this result after {@code nanos}. */
    void attempted(ConnectResult result, long nanos) {
        connects.computeIfAbsent(result, connectDuration).record(nanos, TimeUnit.NANOSECONDS);
        if (result != ConnectResult.CONNECTED) {
            connectFailures.increment(result);
        }
    }

    /** A look-up of an upstream's name ended. */
    void lookedUp(Lookup.End end) {
        lookUps.computeIfAbsent(end.result(), lookUpDuration).record(end.durationNanos(), TimeUnit.NANOSECONDS);
    }

    /** Updates the meters from the record of a closed session. */
    void closed(SessionRecord session) {
        outcomes.increment(session.outcome());
        headers.increment(HeaderResult.of(session));
        found(session);
        duration.record(session.durationNanos(), TimeUnit.NANOSECONDS);
        closing(session.close(), connected(session.upstream()));
        Long acceptDelayNanos = session.client().handshake().acceptDelay().orNull();
        if (acceptDelayNanos != null) {
            acceptDelay.record(acceptDelayNanos, TimeUnit.NANOSECONDS);
        }
        client.closed(session.client());
        session.upstream().endedAttempts().forEach(this::synRetransmits);
        if (session.upstream().peer() != null) {
            upstream.closed(session.upstream());
        }
    }

    /** SYN retransmissions of a failed attempt; those of a successful one are counted from tcp_info. */
    private void synRetransmits(Attempt attempt) {
        LegWire wire = attempt.wire();
        SynFacts syn = wire == null ? null : wire.localEnd().syn();
        if (syn != null && syn.retransmits() > 0) {
            upstream.synRetransmitted(syn.retransmits());
        }
    }

    private void closing(SessionClose close, boolean connected) {
        firstCloses.increment(FirstClose.of(close.first()));
        closeOrders.increment(CloseOrder.of(close.order()));
        resets(close.order(), connected);
        Long halfCloseNanos = close.halfClose().time().orNull();
        Leg halfClosedBy = close.halfClose().by();
        if (halfClosedBy != null && halfCloseNanos != null) {
            leg(halfClosedBy).halfClosed(halfCloseNanos);
        }
        Long bytesAfter = close.halfClose().bytesAfter().orNull();
        if (bytesAfter != null) {
            bytesAfterFirstFin.increment(bytesAfter.doubleValue());
        }
        relayed(client, close.clientFinRelay().orNull());
        relayed(upstream, close.upstreamFinRelay().orNull());
    }

    private void resets(List<CloseAct> order, boolean connected) {
        for (int i = 0; i < order.size(); i++) {
            switch (order.get(i)) {
                case CLIENT_RST -> client.reset(ResetPhase.at(order, i, connected));
                case UPSTREAM_RST -> upstream.reset(ResetPhase.at(order, i, connected));
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
