package dev.finspect.metrics;

import dev.finspect.diagnose.Blame;
import dev.finspect.lifecycle.connection.SynFacts;
import dev.finspect.record.Attempt;
import dev.finspect.record.CloseAct;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.record.Outcome;
import dev.finspect.record.SessionClose;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Leg;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one route, built once and kept by the enum constants of their labels: to look one up in the registry costs more
 * than to record. Any thread.
 */
final class RouteMeters {
    private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
    private final Map<FirstClose, Counter> firstCloses = new EnumMap<>(FirstClose.class);
    private final Map<CloseOrder, Counter> closeOrders = new EnumMap<>(CloseOrder.class);
    private final Map<ConnectResult, Counter> connectFailures = new EnumMap<>(ConnectResult.class);
    private final Map<HeaderResult, Counter> headers = new EnumMap<>(HeaderResult.class);
    private final Counter bytesAfterFirstFin;
    private final Counter attemptsUnaccepted;
    private final Timer acceptDelay;
    private final Timer duration;
    private final ConcurrentMap<ConnectResult, Timer> connects = new ConcurrentHashMap<>();
    private final Function<ConnectResult, Timer> connectDuration;
    private final HungMeters hung;
    private final LegMeters client;
    private final LegMeters upstream;

    /** Registers all that a route has, so that a counter's first step is seen as a step from 0. */
    RouteMeters(Registry registry, String route) {
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, registry.counter(Meters.SESSIONS, route, outcome.label()));
        }
        for (FirstClose first : FirstClose.values()) {
            firstCloses.put(first, registry.counter(Meters.FIRST_CLOSE, route, first.peer(), first.kind()));
        }
        for (CloseOrder order : CloseOrder.values()) {
            closeOrders.put(order, registry.counter(Meters.CLOSE_ORDER, route, order.label()));
        }
        for (ConnectResult cause : ConnectResult.values()) {
            if (cause != ConnectResult.CONNECTED) {
                connectFailures.put(cause, registry.counter(Meters.CONNECT_FAILURES, route, cause.label()));
            }
        }
        for (HeaderResult result : HeaderResult.values()) {
            headers.put(result, registry.counter(Meters.PROXY_HEADERS, route, result.label()));
        }
        connectDuration = result -> registry.histogram(Meters.UPSTREAM_CONNECT_DURATION, route, result.label());
        connects.computeIfAbsent(ConnectResult.CONNECTED, connectDuration);
        bytesAfterFirstFin = registry.counter(Meters.BYTES_AFTER_FIRST_FIN, route);
        attemptsUnaccepted = registry.counter(Meters.ATTEMPTS_UNACCEPTED, route);
        acceptDelay = registry.histogram(Meters.ACCEPT_DELAY, route);
        duration = registry.histogram(Meters.SESSION_DURATION, route);
        hung = new HungMeters(registry, route);
        client = new LegMeters(registry, route, Leg.CLIENT);
        upstream = new LegMeters(registry, route, Leg.UPSTREAM);
    }

    /** So many handshakes towards the listener never reached accept(). */
    void attemptsUnaccepted(long count) {
        attemptsUnaccepted.increment((double) count);
    }

    /** What hangs. */
    HungMeters hung() {
        return hung;
    }

    /** What was found at the end of a session, or of a handshake. */
    void found(SessionRecord session) {
        Diagnosed diagnosed = session.diagnosed();
        if (diagnosed != null) {
            for (SessionFinding one : diagnosed.findings()) {
                if (one.atEnd() && one.finding().blame() != Blame.NOBODY) {
                    hung.atEnd(one.finding());
                }
            }
        }
    }

    /** The meters of one leg. */
    LegMeters leg(Leg leg) {
        return leg == Leg.CLIENT ? client : upstream;
    }

    /** An attempt to connect ended with this result, after so long. */
    void attempted(ConnectResult result, long nanos) {
        connects.computeIfAbsent(result, connectDuration).record(nanos, TimeUnit.NANOSECONDS);
        if (result != ConnectResult.CONNECTED) {
            Kept.of(connectFailures, result).increment();
        }
    }

    /** A session is over: takes what its record knows. */
    void closed(SessionRecord session) {
        Outcome outcome = session.outcome();
        if (outcome != null) {
            Kept.of(outcomes, outcome).increment();
        }
        HeaderResult header = HeaderResult.of(session);
        if (header != null) {
            Kept.of(headers, header).increment();
        }
        found(session);
        duration.record(session.durationNanos(), TimeUnit.NANOSECONDS);
        closing(session.close(), connected(session.upstream()));
        Long acceptDelayNanos = session.client().handshake().acceptDelay().orNull();
        if (acceptDelayNanos != null) {
            acceptDelay.record(acceptDelayNanos, TimeUnit.NANOSECONDS);
        }
        client.over(session.client());
        session.upstream().endedAttempts().forEach(this::synSentAgain);
        if (session.upstream().peer() != null) {
            upstream.over(session.upstream());
        }
    }

    /** Of the attempt that connected, tcp_info has told already. */
    private void synSentAgain(Attempt attempt) {
        LegWire wire = attempt.wire();
        SynFacts syn = wire == null ? null : wire.localEnd().syn();
        if (syn != null && syn.retransmits() > 0) {
            upstream.synSentAgain(syn.retransmits());
        }
    }

    private void closing(SessionClose close, boolean connected) {
        FirstClose first = FirstClose.of(close.first());
        if (first != null) {
            Kept.of(firstCloses, first).increment();
        }
        Kept.of(closeOrders, CloseOrder.of(close.order())).increment();
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
