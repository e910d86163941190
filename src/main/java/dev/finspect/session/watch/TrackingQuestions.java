package dev.finspect.session.watch;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.record.Tracking;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.live.LegTracker;
import dev.finspect.session.live.LegTraffic;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.wire.conntrack.ConntrackEntry;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What this host's connection tracking knew of a session's legs, and when to ask it: only while bytes or probes stay unanswered, and
 * less and less often. Created at the first question. Confined to the session's event loop until the session has ended.
 */
final class TrackingQuestions {
    private static final long FIRST_NANOS = 2_000_000_000L;
    private static final long SELDOM_NANOS = 10_000_000_000L;
    /** How late a question can be put: the sweep comes once a second. */
    private static final long SWEEP_NANOS = 1_000_000_000L;

    private final OfLeg client = new OfLeg();
    private final OfLeg upstream = new OfLeg();

    /** Whether a rule can use what connection tracking knows of this leg. */
    static boolean wanted(LegTracker leg, List<Finding> found, RouteDiagnosis diagnosis, long nowNanos) {
        for (Finding finding : found) {
            if (Catalogue.kindOf(finding).asksForTracking() && finding.leg() == leg.leg()) {
                return true;
            }
        }
        return leg.closing() == null && (leg.isRefusedHere() || diagnosis.lasts(leg.unackedSinceNanos(), nowNanos));
    }

    /** Asks about a leg, unless it was asked for a moment ago. */
    void ask(
            LegTracker leg,
            RouteDiagnosis diagnosis,
            InetSocketAddress peer,
            InetSocketAddress local,
            long nowNanos,
            Consumer<Tracking> answer) {
        OfLeg question = of(leg.leg());
        long since = stalledSince(leg);
        boolean still = question.asked && since == question.stalledSinceNanos;
        if (still && nowNanos - question.nextAtNanos < 0) {
            return;
        }
        if (!still) {
            question.stalledSinceNanos = since;
            question.first = Observation.notObserved();
            question.isOfThisStall = false;
        }
        question.asked = true;
        question.pauseNanos = still ? Math.min(SELDOM_NANOS, question.pauseNanos * 2) : FIRST_NANOS;
        question.nextAtNanos = nowNanos + question.pauseNanos;
        diagnosis.sockets().track(peer, local, answer);
    }

    /** An answer came. */
    void answered(Leg leg, Tracking found) {
        OfLeg question = of(leg);
        Tracking known = found.after(question.earlier, question.first);
        if (!question.first.isKnown()) {
            question.first = new Fact<>(known.look(), Source.CONNTRACK);
            known = found.after(question.earlier, question.first);
        }
        question.answer = known;
        question.isOfThisStall = true;
        ConntrackEntry entry = found.entry().orNull();
        if (entry != null && !entry.pickedUp()) {
            question.earlier = new Fact<>(new Tracking.Seen(found.atEpochNanos(), entry), Source.CONNTRACK);
        }
    }

    /**
     * What is known now, as rules may use it: since the leg stalled, and until two more answers should have come. Not observed
     * without such an answer.
     */
    Observation<Tracking> known(LegTracker leg, SessionIdentity clock, long nowNanos) {
        OfLeg question = of(leg.leg());
        Tracking answer = question.answer;
        return answer == null
                        || !question.isOfThisStall
                        || stalledSince(leg) != question.stalledSinceNanos
                        || clock.epochNanos(nowNanos) - answer.atEpochNanos() > 2 * (question.pauseNanos + SWEEP_NANOS)
                ? Observation.notObserved()
                : new Fact<>(answer, Source.CONNTRACK);
    }

    /** The latest answer, however old. */
    Observation<Tracking> latest(Leg leg) {
        Tracking answer = of(leg).answer;
        return answer == null ? Observation.notObserved() : new Fact<>(answer, Source.CONNTRACK);
    }

    /** Since when bytes are not acknowledged; where nothing is in flight, when the peer sent last. */
    private static long stalledSince(LegTracker leg) {
        return leg.unackedSinceNanos() == LegTraffic.NEVER ? leg.traffic.lastReceivedAtNanos : leg.unackedSinceNanos();
    }

    private OfLeg of(Leg leg) {
        return leg == Leg.CLIENT ? client : upstream;
    }

    /** The question about one leg. */
    private static final class OfLeg {
        private @Nullable Tracking answer;
        private Observation<Tracking.Seen> earlier = Observation.notObserved();
        private Observation<Tracking.Look> first = Observation.notObserved();
        private boolean asked;
        private boolean isOfThisStall;
        private long stalledSinceNanos = LegTraffic.NEVER;
        private long nextAtNanos;
        private long pauseNanos = FIRST_NANOS;
    }
}
