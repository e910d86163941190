package dev.finspect.session.file;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.CloseSegment.Kind;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.lifecycle.connection.HandshakeFacts;
import dev.finspect.record.Attempt;
import dev.finspect.record.LegWire;
import dev.finspect.record.WireFacts;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.wire.IcmpError;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The attempt to reach an upstream that a captured connection is, by its handshake. */
final class CapturedAttempt {
    private CapturedAttempt() {}

    /** The attempt that opened a captured connection. */
    static Attempt of(InetSocketAddress responder, LegWire wire, boolean over) {
        ConnectionFacts facts = wire.facts();
        HandshakeFacts handshake = facts.handshake();
        Long synAt = handshake.synAtNanos();
        ConnectResult result = result(facts, over);
        Long endedAt = handshake.ackAtNanos() != null ? handshake.ackAtNanos() : handshake.refusedAtNanos();
        long end = endedAt == null ? facts.lastAtNanos() : endedAt;
        Attempt bare = new Attempt(
                null,
                responder,
                null,
                synAt == null ? Fact.inferred(facts.firstAtNanos()) : Fact.wire(synAt),
                result == null
                        ? null
                        : new Attempt.End(
                                result,
                                Fact.wire(end),
                                Math.max(0, end - facts.firstAtNanos()),
                                null,
                                Observation.notObserved()),
                Attempt.Answers.NOT_OBSERVED,
                null);
        return WireFacts.into(bare, wire);
    }

    private static @Nullable ConnectResult result(ConnectionFacts facts, boolean over) {
        HandshakeFacts handshake = facts.handshake();
        if (handshake.refusedAtNanos() != null) {
            return ConnectResult.REFUSED;
        }
        if (established(handshake) || facts.midStream()) {
            return ConnectResult.CONNECTED;
        }
        if (!over) {
            return null;
        }
        return unanswered(facts);
    }

    static boolean established(HandshakeFacts handshake) {
        return handshake.ackAtNanos() != null || handshake.detours().ackedBeforeNanos() != null;
    }

    /** How an attempt without any answering segment ended: by its own RST, by another SYN, or by the last ICMP error, if any. */
    static ConnectResult unanswered(ConnectionFacts facts) {
        IcmpError icmp = facts.icmp().last();
        if (icmp == null) {
            boolean begunAnew = facts.ending() == FlowEndReason.REUSED;
            return begunAnew || facts.close().first(Endpoint.ORIGINATOR, Kind.RST) != null
                    ? ConnectResult.ABANDONED
                    : ConnectResult.TIMED_OUT;
        }
        return icmp.kind() == IcmpError.Kind.NETWORK_UNREACHABLE
                ? ConnectResult.NETWORK_UNREACHABLE
                : ConnectResult.HOST_UNREACHABLE;
    }
}
