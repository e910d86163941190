package dev.finspect.session;

import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.record.LegRecord;
import dev.finspect.record.PeerProgram;
import dev.finspect.record.ProxyReason;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import org.jspecify.annotations.Nullable;

/** Takes snapshots for the rules: of a session that finspect relays or has relayed, and of what a capture holds. Pure. */
final class Snapshots {
    private Snapshots() {}

    /**
     * Of a session of the relay.
     *
     * @param clientLeg its record at that moment; the next likewise
     * @param momentNanos monotonic; the end of a session that is over
     */
    static Snapshot relayed(SessionTracker session, LegRecord clientLeg, LegRecord upstreamLeg, long momentNanos) {
        RouteDiagnosis diagnosis = session.diagnosis();
        LegRecord upstream = upstreamLeg.with(program(session, Leg.UPSTREAM, momentNanos));
        return new Snapshot(
                session.identity().epochNanos(momentNanos),
                session.ended(),
                diagnosis == null ? Thresholds.STANDARD : diagnosis.thresholds(),
                clientLeg.with(program(session, Leg.CLIENT, momentNanos)),
                upstream,
                proxy(session, diagnosis));
    }

    private static PeerProgram program(SessionTracker session, Leg leg, long momentNanos) {
        PeerQuestions questions = session.questions();
        RouteDiagnosis diagnosis = session.diagnosis();
        boolean ofUpstream = leg == Leg.UPSTREAM && diagnosis != null;
        PeerProgram asked = questions == null
                ? PeerProgram.NOT_OBSERVED
                : questions.program(tracked(session, leg), session.identity(), momentNanos);
        return ofUpstream
                ? new PeerProgram(
                        asked.socket(),
                        asked.unreadSince(),
                        asked.readAt(),
                        counted(diagnosis.speaksElsewhere(session)),
                        counted(diagnosis.greets()))
                : asked;
    }

    private static LegTracker tracked(SessionTracker session, Leg leg) {
        return leg == Leg.CLIENT ? session.client() : session.upstream();
    }

    private static Observation<Boolean> counted(@Nullable Boolean known) {
        return known == null ? Observation.notObserved() : new Fact<>(known, Source.SOCKET);
    }

    private static Snapshot.Proxy proxy(SessionTracker session, @Nullable RouteDiagnosis diagnosis) {
        ProxyReason reason = session.proxyReason();
        Fact<Long> draining = diagnosis == null ? null : diagnosis.drainingSince();
        Fact<String> policy = diagnosis == null ? null : diagnosis.closePolicy();
        return reason == null && draining == null && policy == null
                ? Snapshot.Proxy.RELAYS
                : new Snapshot.Proxy(reason == null ? null : Fact.socket(reason.label()), null, draining, policy);
    }

    /**
     * Of what a capture holds: the two connections of a proxy, or one connection, which is taken for both legs of a proxy
     * that stands in the midst of it and adds nothing.
     *
     * @param nowEpochNanos the moment, of a session that is not over
     */
    static Snapshot captured(
            LegRecord client, LegRecord upstream, boolean over, long nowEpochNanos, Thresholds thresholds) {
        return new Snapshot(
                nowEpochNanos,
                over,
                thresholds,
                client,
                upstream,
                Snapshot.Proxy.RELAYS);
    }
}
