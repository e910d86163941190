package dev.finspect.metrics;

import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Leg;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Updates the meters from session events, never for a read or a write.
 *
 * <p>Handshake, connect and first byte can end long before the session and are recorded as they happen, and turns about once a second; everything else is
 * recorded from the closed record. Called on the sessions' event loops.
 */
final class MetricsSink implements SessionSink {
    private final Registry registry;
    private final SessionExemplars exemplars;
    private final ConcurrentMap<String, RouteMeters> routes = new ConcurrentHashMap<>();
    /** The route of the latest event: the next is often about the same. */
    private volatile @Nullable RouteMeters latest;

    MetricsSink(Registry registry, SessionExemplars exemplars) {
        this.registry = registry;
        this.exemplars = exemplars;
    }

    /** The meters of a route. */
    RouteMeters route(String name) {
        RouteMeters before = latest;
        if (before != null && before.route().equals(name)) {
            return before;
        }
        RouteMeters known = routes.get(name);
        RouteMeters now = known != null ? known : routes.computeIfAbsent(name, n -> new RouteMeters(registry, n));
        latest = now;
        return now;
    }

    @Override
    public void happened(SessionIdentity identity, SessionEvent event) {
        if (event instanceof SessionEvent.Accepted
                || event instanceof SessionEvent.Connected
                || event instanceof SessionEvent.AttemptFailed
                || event instanceof SessionEvent.LookedUp
                || event instanceof SessionEvent.FirstByte
                || event instanceof SessionEvent.TurnsCounted
                || event instanceof SessionEvent.FindingRaised
                || event instanceof SessionEvent.WorstFindingChanged) {
            SessionExemplars.Current current = exemplars.begin(identity.id());
            try {
                record(route(identity.route()), identity.startNanos(), event);
            } finally {
                current.end();
            }
        }
    }

    private static void record(RouteMeters meters, long startNanos, SessionEvent event) {
        if (event instanceof SessionEvent.Accepted accepted) {
            meters.leg(Leg.CLIENT).established(accepted.info());
        } else if (event instanceof SessionEvent.Connected connected) {
            meters.attempted(ConnectResult.CONNECTED, connected.durationNanos());
            meters.leg(Leg.UPSTREAM).established(connected.info());
        } else if (event instanceof SessionEvent.AttemptFailed failed) {
            meters.attempted(failed.result(), failed.durationNanos());
        } else if (event instanceof SessionEvent.LookedUp lookedUp) {
            meters.lookedUp(lookedUp.end());
        } else if (event instanceof SessionEvent.FindingRaised raised) {
            meters.hung().raised(raised.finding());
        } else if (event instanceof SessionEvent.WorstFindingChanged changed) {
            meters.hung().changed(changed.before(), changed.now());
        } else if (event instanceof SessionEvent.TurnsCounted counted) {
            meters.turns().counted(counted);
        } else if (event instanceof SessionEvent.FirstByte first) {
            meters.leg(first.leg()).firstByte(first.atNanos() - startNanos);
        }
    }

    @Override
    public void closed(SessionRecord record) {
        SessionExemplars.Current current = exemplars.begin(record.identity().id());
        try {
            route(record.identity().route()).closed(record);
        } finally {
            current.end();
        }
    }

    @Override
    public void attemptFailed(SessionRecord record) {
        RouteMeters meters = route(record.identity().route());
        meters.attemptsUnaccepted(1);
        meters.found(record);
    }

    @Override
    public void attemptsFailedBesides(String route, long count) {
        route(route).attemptsUnaccepted(count);
    }
}
