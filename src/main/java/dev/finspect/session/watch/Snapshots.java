package dev.finspect.session.watch;

import dev.finspect.diagnose.Snapshot;
import dev.finspect.record.IdleLimit;
import dev.finspect.record.LegRecord;
import dev.finspect.record.PeerProgram;
import dev.finspect.record.ProxyReason;
import dev.finspect.session.live.SessionTracker;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import org.jspecify.annotations.Nullable;

/** Takes snapshots for the rules: of a session that finspect relays or has relayed, and of what a capture holds. Pure. */
final class Snapshots {
    private Snapshots() {}

    /**
     * A snapshot of a session of the relay.
     *
     * @param clientLeg its record at that moment; the next likewise
     * @param momentNanos monotonic; the end of a session that is over
     */
    static Snapshot relayed(
            SessionTracker session,
            RouteDiagnosis diagnosis,
            @Nullable PeerQuestions questions,
            LegRecord clientLeg,
            LegRecord upstreamLeg,
            long momentNanos) {
        PeerProgram asked = asked(session, questions, Leg.UPSTREAM, momentNanos);
        LegRecord searched = upstreamLeg.lookups().isEmpty()
                ? upstreamLeg
                : upstreamLeg.reachedElsewhere(diagnosis.reachedElsewhere(session));
        LegRecord upstream = searched.with(new PeerProgram(
                asked.socket(),
                asked.unreadSince(),
                asked.readAt(),
                counted(diagnosis.speaksElsewhere(session)),
                counted(diagnosis.greets()),
                diagnosis.habit(session.traffic(Leg.UPSTREAM)),
                diagnosis.silentElsewhere(session, momentNanos),
                diagnosis.idleLimit(session, Leg.UPSTREAM)));
        return new Snapshot(
                session.identity().epochNanos(momentNanos),
                session.ended(),
                diagnosis.thresholds(),
                clientLeg.with(ofClient(session, diagnosis, questions, momentNanos)),
                upstream,
                proxy(session, diagnosis),
                diagnosis.answers());
    }

    private static PeerProgram ofClient(
            SessionTracker session, RouteDiagnosis diagnosis, @Nullable PeerQuestions questions, long momentNanos) {
        PeerProgram asked = asked(session, questions, Leg.CLIENT, momentNanos);
        Observation<IdleLimit> limit = diagnosis.idleLimit(session, Leg.CLIENT);
        return limit.isKnown() ? asked.with(limit) : asked;
    }

    private static PeerProgram asked(
            SessionTracker session, @Nullable PeerQuestions questions, Leg leg, long momentNanos) {
        return questions == null
                ? PeerProgram.NOT_OBSERVED
                : questions.program(leg, PeerQuestions.lastMove(session.leg(leg)), session.identity(), momentNanos);
    }

    private static Observation<Boolean> counted(@Nullable Boolean known) {
        return known == null ? Observation.notObserved() : new Fact<>(known, Source.SOCKET);
    }

    private static Snapshot.Proxy proxy(SessionTracker session, RouteDiagnosis diagnosis) {
        ProxyReason reason = session.proxyReason();
        Fact<Long> draining = diagnosis.drainingSince();
        Fact<String> policy = diagnosis.closePolicy();
        return reason == null && draining == null && policy == null
                ? Snapshot.Proxy.RELAYS
                : new Snapshot.Proxy(reason == null ? null : Fact.socket(reason.label()), null, draining, policy);
    }
}
