package dev.finspect.session.live;

import dev.finspect.session.LegCapture;
import dev.finspect.session.RouteCounters;
import dev.finspect.session.StateCounts;
import dev.finspect.session.StateCounts.Endpoint;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import org.jspecify.annotations.Nullable;

/** The states in which a session's ends were last counted. Confined to the session's event loop. */
public final class LivingStates {
    private @Nullable TcpState clientPeer;
    private @Nullable TcpState clientLocal;
    private @Nullable TcpState upstreamPeer;
    private @Nullable TcpState upstreamLocal;

    /** Counts a session that lives, as the last readings of its sockets and the capture have it. */
    public void look(SessionTracker session, RouteCounters counters) {
        TcpState client = session.leg(Leg.CLIENT).kernel.state;
        TcpState upstream = session.leg(Leg.UPSTREAM).kernel.state;
        moved(
                counters.states,
                client,
                peer(session.captures().ofLeg(Leg.CLIENT), client),
                upstream,
                peer(session.captures().ofLeg(Leg.UPSTREAM), upstream));
    }

    /** Removes a session that has ended. */
    public void forget(RouteCounters counters) {
        moved(counters.states, null, null, null, null);
    }

    private void moved(
            StateCounts counts,
            @Nullable TcpState clientLocalNow,
            @Nullable TcpState clientPeerNow,
            @Nullable TcpState upstreamLocalNow,
            @Nullable TcpState upstreamPeerNow) {
        clientLocal = counted(counts, Leg.CLIENT, Endpoint.LOCAL, clientLocal, clientLocalNow);
        clientPeer = counted(counts, Leg.CLIENT, Endpoint.PEER, clientPeer, clientPeerNow);
        upstreamLocal = counted(counts, Leg.UPSTREAM, Endpoint.LOCAL, upstreamLocal, upstreamLocalNow);
        upstreamPeer = counted(counts, Leg.UPSTREAM, Endpoint.PEER, upstreamPeer, upstreamPeerNow);
    }

    private static @Nullable TcpState counted(
            StateCounts counts, Leg leg, Endpoint endpoint, @Nullable TcpState before, @Nullable TcpState now) {
        if (before != now) {
            if (before != null) {
                counts.add(leg, endpoint, before, -1);
            }
            if (now != null) {
                counts.add(leg, endpoint, now, 1);
            }
        }
        return now;
    }

    /** The peer's state from captured segments, or else what finspect's own state proves. */
    private static @Nullable TcpState peer(@Nullable LegCapture capture, @Nullable TcpState local) {
        TcpState seen = capture == null ? null : capture.peerState();
        if (seen != null || local == null) {
            return seen;
        }
        return switch (local) {
            case ESTABLISHED -> TcpState.ESTABLISHED;
            case CLOSE_WAIT, LAST_ACK -> TcpState.FIN_WAIT_2;
            case FIN_WAIT_2 -> TcpState.CLOSE_WAIT;
            case FIN_WAIT_1, CLOSING, TIME_WAIT, CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED -> null;
        };
    }
}
