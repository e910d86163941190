package dev.finspect.record;

import dev.finspect.lifecycle.connection.CloseFacts;
import dev.finspect.lifecycle.connection.CloseSegment;
import dev.finspect.lifecycle.connection.CloseSegment.Kind;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import org.jspecify.annotations.Nullable;

/** How a leg was closed by its captured segments. A FIN or RST that only the socket reported stays. */
public final class WireClosing {
    private WireClosing() {}

    static LegClose of(LegRecord leg, LegWire wire) {
        LegClose known = leg.close();
        CloseFacts close = wire.facts().close();
        Endpoint peer = wire.peer();
        Endpoint local = peer.other();
        boolean bothFins = close.first(peer, Kind.FIN) != null && close.first(local, Kind.FIN) != null;
        return new LegClose(
                mark(leg, wire, close.first(peer, Kind.FIN), known.peerFin()),
                localFin(leg, wire, close.first(local, Kind.FIN), known.localFin()),
                mark(leg, wire, rst(close, peer), known.peerRst()),
                mark(leg, wire, rst(close, local), known.localRst()),
                known.errno(),
                bothFins ? Fact.wire(close.simultaneous()) : known.simultaneousClose(),
                !wire.cut() && (bothFins || hasRst(close)) ? holder(close.timeWait(), peer) : known.timeWaitHolder(),
                new LegClose.Waits(
                        lasted(
                                wire,
                                wire.peerEnd().closeWaitNanos(),
                                known.waits().peerCloseWait()),
                        lasted(
                                wire,
                                wire.localEnd().closeWaitNanos(),
                                known.waits().localCloseWait()),
                        lasted(
                                wire,
                                wire.peerEnd().finWait2Nanos(),
                                known.waits().peerFinWait2()),
                        lasted(
                                wire,
                                wire.localEnd().finWait2Nanos(),
                                known.waits().localFinWait2())),
                afterFin(known.afterFin(), wire));
    }

    /** How long a state lasted; not by a capture that ended before the state did. */
    private static Observation<Long> lasted(LegWire wire, @Nullable Long nanos, Observation<Long> known) {
        return wire.cut() ? known : WireMerge.or(WireMerge.span(nanos), known);
    }

    /** The first RST that its receiver would take; any when there is none of those. */
    public static @Nullable CloseSegment rst(CloseFacts close, Endpoint sender) {
        for (CloseSegment segment : close.order()) {
            if (segment.sender() == sender && segment.kind() == Kind.RST && segment.inWindow()) {
                return segment;
            }
        }
        return close.first(sender, Kind.RST);
    }

    private static boolean hasRst(CloseFacts close) {
        return rst(close, Endpoint.ORIGINATOR) != null || rst(close, Endpoint.RESPONDER) != null;
    }

    /** finspect's FIN: where the capture saw no ACK of it, a reading of the kernel may still prove one. */
    private static Observation<CloseMark> localFin(
            LegRecord leg, LegWire wire, @Nullable CloseSegment segment, Observation<CloseMark> known) {
        CloseMark before = known.orNull();
        if (segment == null || segment.ackNanos() != null || before == null) {
            return mark(leg, wire, segment, known);
        }
        boolean proved = before.acknowledged().or(false);
        if (proved) {
            Long after = before.timeToAck().orNull();
            long readAtNanos = before.at().value() + (after == null ? 0 : after);
            return Fact.wire(mark(
                    leg,
                    wire,
                    segment,
                    before.acknowledged(),
                    after == null ? before.timeToAck() : Fact.inferred(readAtNanos - segment.atNanos())));
        }
        return wire.cut()
                ? Fact.wire(mark(leg, wire, segment, before.acknowledged(), Observation.notObserved()))
                : mark(leg, wire, segment, known);
    }

    private static Observation<CloseMark> mark(
            LegRecord leg, LegWire wire, @Nullable CloseSegment segment, Observation<CloseMark> known) {
        if (segment == null) {
            return known.isNotObserved() ? WireMerge.absent(wire) : known;
        }
        boolean fin = segment.kind() == Kind.FIN;
        boolean seen = segment.ackNanos() != null;
        Observation<Boolean> acknowledged = fin && (seen || !wire.cut()) ? Fact.wire(seen) : Observation.notObserved();
        Observation<Long> timeToAck = WireMerge.or(WireMerge.span(segment.ackNanos()), Observation.notObserved());
        return Fact.wire(mark(leg, wire, segment, acknowledged, timeToAck));
    }

    private static CloseMark mark(
            LegRecord leg,
            LegWire wire,
            CloseSegment segment,
            Observation<Boolean> acknowledged,
            Observation<Long> timeToAck) {
        return new CloseMark(
                Fact.wire(segment.atNanos()),
                new CloseMark.Numbers(
                        Fact.wire(segment.sequenceNumber()),
                        Fact.wire(segment.acknowledgment()),
                        AckedBytes.of(segment, leg, wire),
                        answersAck(segment, wire),
                        Fact.wire(segment.dataBytes() > 0)),
                new CloseMark.Delivery(
                        acknowledged,
                        timeToAck,
                        Fact.wire((long) segment.retransmits()),
                        segment.kind() == Kind.FIN ? Observation.notObserved() : Fact.wire(segment.inWindow())),
                Fact.wire((long) segment.ttl()));
    }

    /** The segment that an RST answers may be one that was not captured. */
    private static Observation<Boolean> answersAck(CloseSegment segment, LegWire wire) {
        if (segment.kind() == Kind.FIN) {
            return Observation.notObserved();
        }
        boolean sure =
                segment.answersAck() || segment.acknowledgment() || (wire.mode().seesData() && wire.isComplete());
        return sure ? Fact.wire(segment.answersAck()) : Observation.notObserved();
    }

    private static Fact<LegClose.TimeWaitHolder> holder(CloseFacts.TimeWaitHolder holder, Endpoint peer) {
        return Fact.wire(
                switch (holder) {
                    case NONE -> LegClose.TimeWaitHolder.NONE;
                    case BOTH -> LegClose.TimeWaitHolder.BOTH;
                    case ORIGINATOR ->
                        peer == Endpoint.ORIGINATOR ? LegClose.TimeWaitHolder.PEER : LegClose.TimeWaitHolder.LOCAL;
                    case RESPONDER ->
                        peer == Endpoint.RESPONDER ? LegClose.TimeWaitHolder.PEER : LegClose.TimeWaitHolder.LOCAL;
                });
    }

    /** The socket's own counts where there are any: they are exact. */
    private static LegClose.AfterFin afterFin(LegClose.AfterFin known, LegWire wire) {
        CloseFacts close = wire.facts().close();
        boolean seen = wire.mode().seesData();
        return new LegClose.AfterFin(
                after(
                        seen && close.first(wire.peer(), Kind.FIN) != null,
                        wire.localEnd().bytesAfterPeerFin(),
                        known.bytesSent()),
                after(
                        seen && close.first(wire.peer().other(), Kind.FIN) != null,
                        wire.peerEnd().bytesAfterPeerFin(),
                        known.bytesReceived()));
    }

    private static Observation<Long> after(boolean seen, long bytes, Observation<Long> known) {
        return seen ? WireMerge.keep(known, bytes) : known;
    }
}
