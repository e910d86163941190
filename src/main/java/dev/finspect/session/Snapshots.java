package dev.finspect.session;

import dev.finspect.diagnose.ConnectTry;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.HandshakeFacts;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.IcmpError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes snapshots for the rules: of a session that finspect relays or has relayed, and of what a capture holds. Pure. */
final class Snapshots {
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** Longer than between two sweeps. */
    private static final long LATE_NANOS = 1_500_000_000L;

    private Snapshots() {}

    /**
     * Of a session of the relay.
     *
     * @param clientLeg its record at that moment, the wire's facts in it; the next likewise
     * @param momentNanos monotonic; the end of a session that is over
     */
    static Snapshot relayed(SessionTracker session, LegRecord clientLeg, LegRecord upstreamLeg, long momentNanos) {
        SessionIdentity clock = session.identity();
        RouteDiagnosis diagnosis = session.diagnosis();
        Thresholds thresholds = diagnosis == null ? Thresholds.STANDARD : diagnosis.thresholds();
        LegSnapshot client = LegSheet.of(clientLeg, Fact.socket(clock.startEpochNanos()));
        long connectedAt = session.upstream().opening.connectedAtEpochNanos();
        LegSnapshot upstream =
                LegSheet.of(upstreamLeg, connectedAt == LegTraffic.NEVER ? null : Fact.socket(connectedAt));
        alive(session.client(), clock, momentNanos, session.ended(), client);
        alive(session.upstream(), clock, momentNanos, session.ended(), upstream);
        upstream.speaksElsewhere = diagnosis == null ? null : diagnosis.speaksElsewhere(session);
        upstream.greetsElsewhere = diagnosis == null ? null : diagnosis.greets();
        PeerQuestions questions = session.questions();
        if (questions != null) {
            client.peerSocket = questions.known(session.client(), clock, momentNanos);
            upstream.peerSocket = questions.known(session.upstream(), clock, momentNanos);
            client.peerReadAt = questions.readAt(Leg.CLIENT);
            upstream.peerReadAt = questions.readAt(Leg.UPSTREAM);
            client.peerUnreadSince = client.peerSocket == null ? null : questions.unreadSince(Leg.CLIENT);
            upstream.peerUnreadSince = upstream.peerSocket == null ? null : questions.unreadSince(Leg.UPSTREAM);
        }
        return new Snapshot(
                clock.epochNanos(momentNanos),
                session.ended(),
                thresholds,
                client,
                upstream,
                tries(session, upstreamLeg),
                proxy(session, diagnosis));
    }

    /** What only readings of a living session tell. */
    private static void alive(
            LegTracker leg, SessionIdentity clock, long momentNanos, boolean over, LegSnapshot sheet) {
        KernelReadings kernel = leg.kernel;
        if (kernel.state != null) {
            sheet.unackedSince = either(sheet.unackedSince, kernel.unackedSinceNanos, clock);
            sheet.zeroWindowSince = either(sheet.zeroWindowSince, kernel.zeroWindowSinceNanos(), clock);
            sheet.bytesAcknowledged = acknowledged(leg);
            sheet.backoffs = Fact.kernel((long) kernel.backoffs);
            sheet.probes = Fact.kernel((long) kernel.probes);
            if (sheet.lastHeardAt == null) {
                sheet.lastHeardAt = either(null, kernel.lastHeardAtNanos, clock);
            }
        }
        finAcknowledged(kernel, clock, sheet);
        pace(leg, clock, sheet);
        sheet.unansweredTurns = Fact.inferred((long) leg.traffic.unansweredTurns);
        long paused = leg.pausedSinceNanos();
        sheet.pausedSince = paused == LegTraffic.NEVER || over
                ? null
                : Fact.socket(clock.epochNanos(Math.min(paused, momentNanos)));
    }

    /**
     * A reading in FIN-WAIT-2 proves that finspect's FIN is acknowledged; also where a capture saw no such segment, since the
     * peer's ACK rode on bytes, which not every capture sees. One between two sweeps of the FIN has no time of its own.
     */
    static void finAcknowledged(KernelReadings kernel, SessionIdentity clock, LegSnapshot sheet) {
        LegSnapshot.Mark fin = sheet.localFin;
        if (fin == null || fin.ackNanos() != null || kernel.finWait2AtNanos == LegTraffic.NEVER) {
            return;
        }
        long afterNanos = clock.epochNanos(kernel.finWait2AtNanos) - fin.at().value();
        sheet.localFin = new LegSnapshot.Mark(
                fin.at(),
                afterNanos >= LATE_NANOS ? Fact.inferred(afterNanos) : null,
                Fact.kernel(true),
                fin.retransmits(),
                fin.inWindow(),
                fin.ttl());
        TcpState last = kernel.state;
        if (last != null && sheet.state != null && sheet.state.value() == TcpState.FIN_WAIT_1) {
            sheet.state = Fact.kernel(last);
        }
    }

    /** The kernel counts the SYN of the end that opened, a PROXY header, and a FIN behind the last byte. */
    private static @Nullable Fact<Long> acknowledged(LegTracker leg) {
        long counted = leg.kernel.bytesAcked;
        if (counted < 0) {
            return null;
        }
        long syn = leg.leg() == Leg.UPSTREAM ? 1 : 0;
        return Fact.kernel(Math.max(0, Math.min(counted - syn - leg.traffic.preambleBytes, leg.traffic.bytesSent)));
    }

    private static void pace(LegTracker leg, SessionIdentity clock, LegSnapshot sheet) {
        LegTraffic traffic = leg.traffic;
        boolean seesRests = sheet.turnBytesSent != null;
        sheet.turnBytesSent = Fact.socket(traffic.bytesSent - traffic.bytesSentBeforeAnswer);
        sheet.longestAnswerNanos =
                traffic.longestAnswerMillis < 0 ? null : Fact.socket(traffic.longestAnswerMillis * NANOS_PER_MILLI);
        // Bytes handed to the kernel in one go may take long to pass: where the wire tells of rests, it knows better.
        if (!seesRests && traffic.restEndedAtNanos != LegTraffic.NEVER) {
            sheet.lastRestNanos = Fact.socket(traffic.restMillis * NANOS_PER_MILLI);
            sheet.lastRestEndedAt = Fact.socket(clock.epochNanos(traffic.restEndedAtNanos));
            sheet.lastRestBytesSent = Fact.socket(traffic.bytesSentBeforeRestEnded);
        }
    }

    /** Since when, by the wire where it has a word; not at all where the kernel says that it is not so. */
    private static @Nullable Fact<Long> either(@Nullable Fact<Long> wire, long kernelNanos, SessionIdentity clock) {
        if (kernelNanos == LegTraffic.NEVER) {
            return null;
        }
        return wire == null ? Fact.kernel(clock.epochNanos(kernelNanos)) : wire;
    }

    private static List<ConnectTry> tries(SessionTracker session, LegRecord upstream) {
        SessionIdentity clock = session.identity();
        Attempting attempting = session.way().attempting();
        List<ConnectTry> tries = attempting == null ? List.of() : attempting.tries(clock, upstream.attempts());
        long connectedAt = session.upstream().opening.connectedAtEpochNanos();
        if (connectedAt == LegTraffic.NEVER) {
            return List.copyOf(tries);
        }
        List<ConnectTry> all = new ArrayList<>(tries);
        Fact<Long> synAt = upstream.handshake().synAt();
        Fact<Long> again = upstream.handshake().originator().retransmits();
        all.add(new ConnectTry(
                upstream.peer(),
                synAt == null ? Fact.socket(connectedAt) : synAt,
                ConnectResult.CONNECTED,
                Fact.socket(connectedAt),
                null,
                again == null ? null : new Fact<>(again.value() + 1, again.source()),
                upstream.handshake().synAckAt(),
                null,
                null,
                null));
        return List.copyOf(all);
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
            LegRecord clientLeg, LegRecord upstreamLeg, boolean over, long nowEpochNanos, Thresholds thresholds) {
        LegSnapshot client = LegSheet.of(clientLeg, established(clientLeg.wire()));
        LegSnapshot upstream = LegSheet.of(upstreamLeg, established(upstreamLeg.wire()));
        LegWire wire = upstreamLeg.wire();
        return new Snapshot(
                nowEpochNanos,
                over,
                thresholds,
                client,
                upstream,
                wire == null ? List.of() : List.of(attempt(upstreamLeg, wire.facts(), over)),
                Snapshot.Proxy.RELAYS);
    }

    /** The ACK of the handshake, or the first segment of a connection whose handshake was not captured. */
    private static @Nullable Fact<Long> established(@Nullable LegWire wire) {
        if (wire == null) {
            return null;
        }
        Long ackAt = wire.facts().handshake().ackAtNanos();
        if (ackAt != null) {
            return WireFacts.fact(ackAt);
        }
        return wire.facts().midStream() ? Fact.inferred(wire.facts().firstAtNanos()) : null;
    }

    private static ConnectTry attempt(LegRecord upstream, ConnectionFacts facts, boolean over) {
        HandshakeFacts handshake = facts.handshake();
        Long synAt = handshake.synAtNanos();
        Fact<Long> again = upstream.handshake().originator().retransmits();
        IcmpError icmp = facts.icmp().last();
        ConnectResult result = result(facts, over);
        Long endedAt = handshake.ackAtNanos() != null ? handshake.ackAtNanos() : handshake.refusedAtNanos();
        return new ConnectTry(
                upstream.peer(),
                new Fact<>(synAt == null ? facts.firstAtNanos() : synAt, synAt == null ? Source.INFERRED : Source.WIRE),
                result,
                result == null ? null : WireFacts.fact(endedAt == null ? facts.lastAtNanos() : endedAt),
                null,
                synAt == null || again == null ? null : WireFacts.fact(again.value() + 1),
                WireFacts.or(handshake.synAckAtNanos(), null),
                WireFacts.or(handshake.refusedAtNanos(), null),
                icmp == null ? null : WireFacts.fact(icmp.kind().label() + " from " + icmp.from()),
                null);
    }

    private static @Nullable ConnectResult result(ConnectionFacts facts, boolean over) {
        HandshakeFacts handshake = facts.handshake();
        if (handshake.refusedAtNanos() != null) {
            return ConnectResult.REFUSED;
        }
        if (handshake.ackAtNanos() != null || facts.midStream()) {
            return ConnectResult.CONNECTED;
        }
        if (!over) {
            return null;
        }
        return unanswered(facts.icmp().last());
    }

    /** How an attempt ended that no TCP segment answered: by the last ICMP error, or without any. */
    static ConnectResult unanswered(@Nullable IcmpError icmp) {
        if (icmp == null) {
            return ConnectResult.TIMED_OUT;
        }
        return icmp.kind() == IcmpError.Kind.NETWORK_UNREACHABLE
                ? ConnectResult.NETWORK_UNREACHABLE
                : ConnectResult.HOST_UNREACHABLE;
    }
}
