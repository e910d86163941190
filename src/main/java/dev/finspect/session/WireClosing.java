package dev.finspect.session;

import dev.finspect.lifecycle.connection.CloseFacts;
import dev.finspect.lifecycle.connection.CloseFacts.TimeWaitHolder;
import dev.finspect.lifecycle.connection.CloseSegment;
import dev.finspect.lifecycle.connection.CloseSegment.Kind;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.tcp.Fact;
import org.jspecify.annotations.Nullable;

/** How the wire says that a leg was closed. A FIN or RST that only the socket told of stays. */
final class WireClosing {
    private WireClosing() {}

    static LegClose of(LegClose known, LegWire wire) {
        CloseFacts close = wire.facts().close();
        Endpoint peer = wire.peer();
        Endpoint local = peer.other();
        boolean bothFins = close.first(peer, Kind.FIN) != null && close.first(local, Kind.FIN) != null;
        boolean seen = wire.mode().seesData();
        return new LegClose(
                flag(close.first(peer, Kind.FIN), known.peerFin()),
                flag(close.first(local, Kind.FIN), known.localFin()),
                flag(rst(close, peer), known.peerRst()),
                flag(rst(close, local), known.localRst()),
                known.errno(),
                bothFins ? WireFacts.fact(close.simultaneous()) : known.simultaneousClose(),
                !wire.cut() && (bothFins || hasRst(close)) ? holder(close.timeWait(), peer) : known.timeWaitHolder(),
                lasted(wire, wire.peerEnd().closeWaitNanos(), known.peerCloseWait()),
                lasted(wire, wire.localEnd().closeWaitNanos(), known.localCloseWait()),
                lasted(wire, wire.peerEnd().finWait2Nanos(), known.peerFinWait2()),
                lasted(wire, wire.localEnd().finWait2Nanos(), known.localFinWait2()),
                after(
                        close.first(peer, Kind.FIN),
                        seen,
                        wire.localEnd().bytesAfterPeerFin(),
                        known.bytesSentAfterPeerFin()),
                after(
                        close.first(local, Kind.FIN),
                        seen,
                        wire.peerEnd().bytesAfterPeerFin(),
                        known.bytesReceivedAfterLocalFin()));
    }

    /** How long a state lasted; the wire has no word where nobody saw it end. */
    private static @Nullable Fact<Long> lasted(LegWire wire, @Nullable Long nanos, @Nullable Fact<Long> known) {
        return wire.cut() ? known : WireFacts.or(WireFacts.span(nanos), known);
    }

    /** The first RST that its receiver would take; any when there is none of those. */
    static @Nullable CloseSegment rst(CloseFacts close, Endpoint sender) {
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

    private static LegClose.@Nullable Flag flag(@Nullable CloseSegment segment, LegClose.@Nullable Flag known) {
        if (segment == null) {
            return known;
        }
        return new LegClose.Flag(
                WireFacts.fact(segment.atNanos()),
                WireFacts.fact(segment.sequenceNumber()),
                WireFacts.or(WireFacts.span(segment.ackNanos()), null),
                WireFacts.fact((long) segment.retransmits()),
                WireFacts.fact(segment.dataBytes() > 0));
    }

    private static Fact<String> holder(TimeWaitHolder holder, Endpoint peer) {
        return WireFacts.fact(
                switch (holder) {
                    case NONE -> "none";
                    case BOTH -> "both";
                    case ORIGINATOR -> peer == Endpoint.ORIGINATOR ? "peer" : "local";
                    case RESPONDER -> peer == Endpoint.RESPONDER ? "peer" : "local";
                });
    }

    /** The socket's own count where there is one: it is exact. */
    private static @Nullable Fact<Long> after(
            @Nullable CloseSegment fin, boolean seen, long bytes, @Nullable Fact<Long> known) {
        return fin == null || !seen ? known : WireFacts.keep(known, bytes);
    }
}
