package dev.finspect.session.watch;

import dev.finspect.session.live.LegClosing;
import dev.finspect.session.live.LegTracker;
import dev.finspect.session.live.LegTraffic;
import dev.finspect.session.live.SessionTracker;
import dev.finspect.tcp.Leg;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a session is worth the rules' time: the cheap gate before them, asked of every session once a second.
 *
 * <p>What moves by itself (bytes in flight, a closed window, a pause, an attempt to connect) is worth it each time, once it has
 * lasted for the least threshold. What stays as it is, like silence, only when its age comes past a threshold: then an
 * idle session costs a few comparisons.
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
