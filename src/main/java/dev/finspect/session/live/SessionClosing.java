package dev.finspect.session.live;

import dev.finspect.record.CloseAct;
import dev.finspect.record.ProxyReason;
import dev.finspect.record.Relayed;
import dev.finspect.record.SessionClose;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import org.jspecify.annotations.Nullable;

/** Folds how a session closes across both legs: the order of the acts, the half-close, and what ended it. */
final class SessionClosing {
    private static final long NEVER = LegTraffic.NEVER;

    private final LegTracker client;
    private final LegTracker upstream;
    private final CloseOrdering order = new CloseOrdering();
    private final HalfClosing halfClose = new HalfClosing();
    private @Nullable SessionEnd ending;
    private @Nullable ProxyReason proxyReason;

    SessionClosing(LegTracker client, LegTracker upstream) {
        this.client = client;
        this.upstream = upstream;
    }

    void peerFin(LegTracker leg, long atNanos) {
        order.add(CloseAct.fin(leg.leg()));
        leg.peerFin(atNanos);
        if (ending == null) {
            halfClose.fin(leg.leg(), atNanos, other(leg).traffic.bytesReceived);
        }
    }

    void localRst(LegTracker leg, long atNanos) {
        leg.localRst(atNanos);
        halfClose.over(atNanos);
    }

    void failed(LegTracker leg, SessionEvent.PeerReset event, boolean connected) {
        if (!leg.hasFailed()) {
            leg.failed(event.atNanos(), event.errno());
            end(SessionEnd.failed(leg.leg(), event.errno(), phase(connected)), event.atNanos());
        }
    }

    /** Only where nothing had ended the session before: a client that gives up makes finspect give up too. */
    void connectGivenUp(ConnectResult result, long atNanos) {
        if (result != ConnectResult.ABANDONED && ending == null) {
            proxyReason = ProxyReason.CONNECT_FAILED;
            end(SessionEnd.notConnected(result), atNanos);
        }
    }

    void proxyEnded(SessionEvent.ProxyEnded event, boolean connected, ConnectResult lastAttempt) {
        if (proxyReason == null) {
            proxyReason = event.reason();
            end(
                    event.reason() == ProxyReason.CONNECT_FAILED
                            ? SessionEnd.notConnected(lastAttempt)
                            : SessionEnd.proxy(event.reason(), awaited(connected), phase(connected)),
                    event.atNanos());
        }
    }

    void over(long atNanos) {
        halfClose.over(atNanos);
    }

    @Nullable
    ProxyReason proxyReason() {
        return proxyReason;
    }

    @Nullable
    Leg halfClosedBy() {
        return halfClose.goesOn() ? halfClose.by() : null;
    }

    /** Whether both peers have sent their FIN, this leg's first, and nothing else has ended the session. */
    boolean closedInOrderBy(Leg first) {
        return ending == null && halfClose.by() == first && client.hasPeerFin() && upstream.hasPeerFin();
    }

    /** The verdict once both legs are over. */
    SessionClose.Relaying verdict(boolean connected) {
        return RelayVerdict.of(client, upstream, connected, ending);
    }

    /** What ended it; null while nothing has, and after a clean close. {@code verdict} is null while the session lives. */
    @Nullable
    SessionEnd ending(SessionClose.@Nullable Relaying verdict) {
        boolean orderly = verdict == null
                || (client.hasPeerFin() && upstream.hasPeerFin() && verdict.relayed() != Relayed.DATA_LOST);
        return ending == null && !orderly ? SessionEnd.UNEXPLAINED : ending;
    }

    SessionClose record(SessionClose.@Nullable Relaying verdict, long nowNanos) {
        return new SessionClose(
                order.acts(),
                finRelay(client, upstream),
                finRelay(upstream, client),
                halfClose.record(nowNanos, client.traffic.bytesReceived, upstream.traffic.bytesReceived),
                verdict == null ? SessionClose.Relaying.OPEN : verdict);
    }

    /** From the FIN of one leg's peer to finspect's on the other. */
    private static Observation<Long> finRelay(LegTracker from, LegTracker to) {
        LegClosing came = from.closing();
        LegClosing went = to.closing();
        return came == null || went == null || !came.hasPeerFin() || !went.hasLocalFin()
                ? Observation.notObserved()
                : Fact.socket(Math.max(0, went.localFinAtNanos() - came.peerFinAtNanos()));
    }

    /** The first ending counts; the acts of later ones still have their place in the order. */
    private void end(SessionEnd next, long atNanos) {
        order.add(next.act());
        halfClose.over(atNanos);
        if (ending == null) {
            ending = next;
        }
    }

    private char phase(boolean connected) {
        if (!connected) {
            return Termination.CONNECTING;
        }
        return upstream.hasPeerFin() ? Termination.LAST_DATA : Termination.DATA;
    }

    /** Whose step is due; see {@link Termination}. */
    private Leg awaited(boolean connected) {
        if (!connected) {
            return Leg.UPSTREAM;
        }
        if (client.hasPeerFin() != upstream.hasPeerFin()) {
            return client.hasPeerFin() ? Leg.UPSTREAM : Leg.CLIENT;
        }
        long clientSpoke = client.traffic.lastReceivedAtNanos;
        long upstreamSpoke = upstream.traffic.lastReceivedAtNanos;
        boolean clientSpokeLast = clientSpoke != NEVER && (upstreamSpoke == NEVER || clientSpoke - upstreamSpoke >= 0);
        return clientSpokeLast ? Leg.UPSTREAM : Leg.CLIENT;
    }

    private LegTracker other(LegTracker leg) {
        return leg == client ? upstream : client;
    }
}
