package dev.finspect.relay;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;

import dev.finspect.record.ProxyReason;
import dev.finspect.session.live.LegTraffic;
import dev.finspect.session.watch.WatchedSession;
import org.jspecify.annotations.Nullable;

/**
 * What ends one session by time while both legs are open: the time-outs of its route, or the close policy after the first FIN,
 * whichever is due first. Confined to the loop.
 */
final class OpenEnd {
    private final Route route;
    private final CloseCoordinator close;
    private final PolicyEnd policy;
    private final PeerEnds peers;
    private final SessionDeadline deadline;
    private final LegTraffic client;
    private final LegTraffic upstream;
    private long connectedAtNanos;

    OpenEnd(
            Route route,
            CloseCoordinator close,
            PolicyEnd policy,
            PeerEnds peers,
            SessionDeadline deadline,
            WatchedSession watched) {
        this.route = route;
        this.close = close;
        this.policy = policy;
        this.peers = peers;
        this.deadline = deadline;
        this.client = watched.traffic(CLIENT);
        this.upstream = watched.traffic(UPSTREAM);
    }

    /** Both legs are open since now; {@link #arm} follows when the close table has that as well. */
    void connected(long nowNanos) {
        connectedAtNanos = nowNanos;
    }

    /** Arms the session's deadline for what comes first, if anything does. */
    void arm() {
        boolean noneSet = route.openTimeouts().allOff() && !policy.isPending();
        if (close.io(UPSTREAM) == null || noneSet || close.ending()) {
            return;
        }
        OpenTimeouts.Due due = next();
        if (policy.isPending() && (due == null || due.atNanos() - policy.dueAtNanos() > 0)) {
            deadline.arm(policy.dueAtNanos());
        } else if (due != null) {
            deadline.arm(due.atNanos());
        }
    }

    /** The deadline has passed: what the policy says is done; otherwise why the session is to end; null if it is not yet. */
    @Nullable
    ProxyReason expired(long nowNanos) {
        OpenTimeouts.Due due = next();
        if (policy.expired(nowNanos)) {
            return null;
        }
        if (due != null && nowNanos - due.atNanos() >= 0) {
            return due.reason();
        }
        arm();
        return null;
    }

    private OpenTimeouts.@Nullable Due next() {
        return route.openTimeouts().next(connectedAtNanos, peers.sinceNanos(), client, upstream);
    }
}
