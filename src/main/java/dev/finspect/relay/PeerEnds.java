package dev.finspect.relay;

import static dev.finspect.tcp.Leg.CLIENT;

import dev.finspect.session.RouteCounters;
import dev.finspect.session.live.LegTraffic;
import dev.finspect.tcp.Leg;
import org.jspecify.annotations.Nullable;

/**
 * Which peers of one session have ended their side, by a FIN or a reset, and whether just one has sent its FIN: then the route's
 * gauge counts the session. Confined to the loop.
 */
final class PeerEnds {
    private final RouteCounters counters;
    private boolean clientFinSeen;
    private boolean upstreamFinSeen;
    private boolean clientResetSeen;
    private boolean upstreamResetSeen;
    private @Nullable Leg closedBy;
    private long sinceNanos = LegTraffic.NEVER;

    PeerEnds(RouteCounters counters) {
        this.counters = counters;
    }

    boolean finSeen(Leg leg) {
        return leg == CLIENT ? clientFinSeen : upstreamFinSeen;
    }

    /** The FIN of this leg's peer has come, for the first time; whether it is the session's first. */
    boolean fin(Leg leg, long atNanos) {
        boolean first = !clientFinSeen && !upstreamFinSeen;
        if (leg == CLIENT) {
            clientFinSeen = true;
        } else {
            upstreamFinSeen = true;
        }
        if (first) {
            closedBy = leg;
            sinceNanos = atNanos;
            count(leg, 1);
        } else {
            over();
        }
        return first;
    }

    boolean resetSeen(Leg leg) {
        return leg == CLIENT ? clientResetSeen : upstreamResetSeen;
    }

    /** This leg's peer has reset its connection. */
    void reset(Leg leg) {
        if (leg == CLIENT) {
            clientResetSeen = true;
        } else {
            upstreamResetSeen = true;
        }
    }

    /** The session is half-closed no more. */
    void over() {
        Leg by = closedBy;
        if (by != null) {
            closedBy = null;
            count(by, -1);
        }
    }

    /** Since when the session is half-closed; {@link LegTraffic#NEVER} while it is not. */
    long sinceNanos() {
        return closedBy == null ? LegTraffic.NEVER : sinceNanos;
    }

    private void count(Leg by, int change) {
        (by == CLIENT ? counters.halfClosedByClient : counters.halfClosedByUpstream).add(change);
    }
}
