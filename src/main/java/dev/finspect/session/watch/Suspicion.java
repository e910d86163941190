package dev.finspect.session.watch;

import dev.finspect.session.live.LegClosing;
import dev.finspect.session.live.LegTracker;
import dev.finspect.session.live.LegTraffic;
import dev.finspect.session.live.SessionTracker;
import dev.finspect.tcp.Leg;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether the rules should examine a session. It is a cheap check of every session, once a second, in front of them.
 *
 * <p>A state that can change by itself (bytes in flight, a closed window, a pause, an attempt to connect) is examined each time,
 * once it has lasted for the least threshold. A steady state, like silence, is examined only when its age passes a
 * threshold, so that an idle session costs a few comparisons.
 */
final class Suspicion {
    private static final long NEVER = LegTraffic.NEVER;

    private Suspicion() {}

    static boolean of(
            SessionTracker session,
            @Nullable PeerQuestions questions,
            RouteDiagnosis diagnosis,
            long lastLookNanos,
            long nowNanos) {
        LegTracker client = session.leg(Leg.CLIENT);
        LegTracker upstream = session.leg(Leg.UPSTREAM);
        if (lasts(client, diagnosis, nowNanos) || lasts(upstream, diagnosis, nowNanos)) {
            return true;
        }
        if (questions != null && questions.unreadSeen()) {
            return true;
        }
        if (!session.connected()) {
            return diagnosis.lasts(session.identity().startNanos(), nowNanos);
        }
        return passes(client, diagnosis, lastLookNanos, nowNanos)
                || passes(upstream, diagnosis, lastLookNanos, nowNanos)
                || (upstream.traffic.longestAnswerMillis > 0
                        && RouteDiagnosis.passes(
                                upstream.traffic.lastSentAtNanos,
                                2_000_000L * upstream.traffic.longestAnswerMillis,
                                lastLookNanos,
                                nowNanos))
                || (upstream.traffic.firstReceivedAtNanos == NEVER
                        && diagnosis.passes(session.connectedAtNanos(), lastLookNanos, nowNanos));
    }

    private static boolean lasts(LegTracker leg, RouteDiagnosis diagnosis, long nowNanos) {
        return diagnosis.lasts(leg.unackedSinceNanos(), nowNanos)
                || diagnosis.lasts(leg.zeroWindowSinceNanos(), nowNanos)
                || diagnosis.lasts(leg.pausedSinceNanos(), nowNanos);
    }

    private static boolean passes(LegTracker leg, RouteDiagnosis diagnosis, long lastLookNanos, long nowNanos) {
        LegTraffic traffic = leg.traffic;
        if (diagnosis.passes(traffic.lastReceivedAtNanos, lastLookNanos, nowNanos)
                || diagnosis.passes(traffic.lastSentAtNanos, lastLookNanos, nowNanos)) {
            return true;
        }
        LegClosing closing = leg.closing();
        return closing != null
                && (diagnosis.passes(closing.peerFinAtNanos(), lastLookNanos, nowNanos)
                        || diagnosis.passes(closing.localFinAtNanos(), lastLookNanos, nowNanos));
    }
}
