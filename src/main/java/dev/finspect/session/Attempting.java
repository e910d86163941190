package dev.finspect.session;

import dev.finspect.diagnose.ConnectTry;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.HandshakeFacts;
import dev.finspect.lifecycle.connection.SynFacts;
import dev.finspect.tcp.Fact;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpInfo;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The attempts of a session to reach an upstream, as rules need them; forgotten once one has connected at once. */
final class Attempting {
    private final List<ConnectTry> failed = new ArrayList<>(0);
    private @Nullable InetSocketAddress address;
    private boolean goesOn;
    private long begunAtNanos;
    private long syns;

    void begun(SessionEvent.AttemptBegun event) {
        goesOn = true;
        address = event.address();
        begunAtNanos = event.atNanos();
        syns = 0;
    }

    /** A reading of the socket that connects: Linux counts each SYN but the first as sent again. */
    void sampled(TcpInfo info) {
        syns = info.totalRetransmits() < 0 ? 0 : info.totalRetransmits() + 1;
    }

    void failed(SessionEvent.AttemptFailed event, SessionIdentity clock) {
        long begun = event.atNanos() - event.durationNanos();
        failed.add(new ConnectTry(
                event.address(),
                Fact.socket(clock.epochNanos(begun)),
                event.result(),
                Fact.socket(clock.epochNanos(event.atNanos())),
                event.errno() == null ? null : Fact.socket(event.errno()),
                syns == 0 ? null : Fact.kernel(syns),
                null,
                null,
                null,
                null));
        goesOn = false;
        syns = 0;
    }

    void connected() {
        goesOn = false;
    }

    boolean nothingFailed() {
        return failed.isEmpty();
    }

    /** When the attempt that goes on began; {@link LegTraffic#NEVER} when none does. */
    long begunAtNanos() {
        return goesOn ? begunAtNanos : LegTraffic.NEVER;
    }

    /** What is tried now. */
    @Nullable
    InetSocketAddress address() {
        return goesOn ? address : null;
    }

    /** Those that failed, each with what the wire told of it, and the one that goes on. */
    List<ConnectTry> tries(SessionIdentity clock, List<LegRecord.Attempt> recorded) {
        List<ConnectTry> tries = new ArrayList<>(failed.size() + 1);
        for (int i = 0; i < failed.size(); i++) {
            LegWire wire = i < recorded.size() ? recorded.get(i).wire() : null;
            tries.add(wire == null ? failed.get(i) : witnessed(failed.get(i), wire.facts()));
        }
        if (goesOn) {
            tries.add(new ConnectTry(
                    address,
                    Fact.socket(clock.epochNanos(begunAtNanos)),
                    null,
                    null,
                    null,
                    syns == 0 ? null : Fact.kernel(syns),
                    null,
                    null,
                    null,
                    null));
        }
        return tries;
    }

    private static ConnectTry witnessed(ConnectTry told, ConnectionFacts wire) {
        HandshakeFacts handshake = wire.handshake();
        SynFacts syn = wire.originator().syn();
        IcmpError icmp = wire.icmp().last();
        return new ConnectTry(
                told.address(),
                told.begunAt(),
                told.result(),
                told.endedAt(),
                told.errno(),
                WireFacts.or(syn == null ? null : syn.retransmits() + 1L, told.syns()),
                WireFacts.or(handshake.synAckAtNanos(), null),
                WireFacts.or(handshake.refusedAtNanos(), null),
                icmp == null ? null : WireFacts.fact(icmp.kind().label() + " from " + icmp.from()),
                told.timeWaits());
    }
}
