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
 * <p>A state that can change by itself (bytes in flight, a closed window, a pause, a FIN that waits for the
 * peer's, an attempt to connect) is examined as often as {@link LookRhythm} says,
 * once it has lasted for the least threshold. A steady state, like silence, is examined only when its age passes a
 * threshold, and then each time it doubles, so that an idle session costs a few comparisons.
 */
final class Suspicion {
    private static final long NEVER = LegTraffic.NEVER;

    private Suspicion() {}

    /** Whether it is in a state that may hang, for as long as that lasts. */
    static boolean lasts(
            SessionTracker session, @Nullable PeerQuestions questions, RouteDiagnosis diagnosis, long nowNanos) {
        if (lasts(session.leg(Leg.CLIENT), diagnosis, nowNanos)
                || lasts(session.leg(Leg.UPSTREAM), diagnosis, nowNanos)
                || (questions != null && questions.unreadSeen())) {
            return true;
        }
        return !session.connected() && diagnosis.lasts(session.identity().startNanos(), nowNanos);
    }

    /** Whether something has come past a threshold since the last look. */
    static boolean passes(SessionTracker session, RouteDiagnosis diagnosis, long lastLookNanos, long nowNanos) {
        LegTracker upstream = session.leg(Leg.UPSTREAM);
        return session.connected()
                && (passes(session.leg(Leg.CLIENT), diagnosis, lastLookNanos, nowNanos)
                        || passes(upstream, diagnosis, lastLookNanos, nowNanos)
                        || passesPatience(upstream.traffic, diagnosis, lastLookNanos, nowNanos)
                        || (upstream.traffic.firstReceivedAtNanos == NEVER
                                && diagnosis.passes(session.connectedAtNanos(), lastLookNanos, nowNanos)));
    }

    /** Whether the upstream has now been silent for twice the longest time that it took for an answer, here or elsewhere. */
    private static boolean passesPatience(
            LegTraffic traffic, RouteDiagnosis diagnosis, long lastLookNanos, long nowNanos) {
        if (traffic.unansweredSinceNanos == NEVER) {
            return false;
        }
        long longest = diagnosis.longestAnswerNanos(traffic);
        return longest > 0
                && (RouteDiagnosis.passes(traffic.lastSentAtNanos, 2 * longest, lastLookNanos, nowNanos)
                        || RouteDiagnosis.passes(traffic.unansweredSinceNanos, 2 * longest, lastLookNanos, nowNanos));
    }

    private static boolean lasts(LegTracker leg, RouteDiagnosis diagnosis, long nowNanos) {
        return diagnosis.lasts(leg.unackedSinceNanos(), nowNanos)
                || diagnosis.lasts(leg.zeroWindowSinceNanos(), nowNanos)
                || diagnosis.lasts(leg.pausedSinceNanos(), nowNanos)
                || leg.isRefusedHere()
                || isHalfClosed(leg, diagnosis, nowNanos);
    }

    /** The peer has been sent a FIN and has not sent its own: when it acknowledged that FIN is known only to who looks. */
    private static boolean isHalfClosed(LegTracker leg, RouteDiagnosis diagnosis, long nowNanos) {
        LegClosing closing = leg.closing();
        return closing != null
                && closing.peerFinAtNanos() == NEVER
                && diagnosis.lasts(closing.localFinAtNanos(), nowNanos);
    }

    private static boolean passes(LegTracker leg, RouteDiagnosis diagnosis, long lastLookNanos, long nowNanos) {
        LegTraffic traffic = leg.traffic;
        if (diagnosis.passes(traffic.lastReceivedAtNanos, lastLookNanos, nowNanos)
                || diagnosis.passes(traffic.lastSentAtNanos, lastLookNanos, nowNanos)
                || diagnosis.passes(traffic.unansweredSinceNanos, lastLookNanos, nowNanos)) {
            return true;
        }
        LegClosing closing = leg.closing();
        return closing != null && diagnosis.passes(closing.peerFinAtNanos(), lastLookNanos, nowNanos);
    }
}
