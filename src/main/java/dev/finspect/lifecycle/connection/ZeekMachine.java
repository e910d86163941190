package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;

/** Moves Zeek's states of two endpoints by the flags of a segment. */
final class ZeekMachine {
    private ZeekMachine() {}

    /**
     * Takes a segment of {@code sender}; answers whether it closes the sender's side.
     *
     * @param byOriginator whether the sender was the originator when the segment came
     */
    static boolean step(
            ZeekView view, ZeekEndpoint sender, ZeekEndpoint peer, TcpSegment segment, boolean byOriginator) {
        return switch (sender.state) {
            case INACTIVE -> inactive(view, sender, peer, segment, byOriginator);
            case SYN_SENT, SYN_ACK_SENT -> opening(view, sender, segment);
            case ESTABLISHED, PARTIAL -> established(view, sender, peer, segment);
            case CLOSED -> closed(sender, peer, segment);
            case RESET -> false;
        };
    }

    private static boolean inactive(
            ZeekView view, ZeekEndpoint sender, ZeekEndpoint peer, TcpSegment segment, boolean byOriginator) {
        if (segment.has(TcpFlags.SYN)) {
            if (byOriginator) {
                sender.enter(segment.has(TcpFlags.ACK) ? ZeekState.SYN_ACK_SENT : ZeekState.SYN_SENT);
                view.clock().asked(segment.atNanos());
            } else {
                answer(view, sender, peer, segment);
            }
        }
        boolean closes = false;
        if (segment.has(TcpFlags.FIN)) {
            sender.enter(ZeekState.CLOSED);
            closes = true;
        }
        if (segment.has(TcpFlags.RST)) {
            sender.enter(ZeekState.RESET);
            closes = true;
        }
        if (sender.state == ZeekState.INACTIVE) {
            joins(view, sender, peer, segment, byOriginator);
        }
        return closes;
    }

    /** The responder's first SYN, with or without ACK. */
    private static void answer(ZeekView view, ZeekEndpoint sender, ZeekEndpoint peer, TcpSegment segment) {
        if (!segment.has(TcpFlags.ACK)
                && peer.state == ZeekState.SYN_ACK_SENT
                && segment.sequenceNumber() == sender.startNumber()) {
            view.turnRound();
            view.fromOriginatorSeen();
            peer.enter(ZeekState.ESTABLISHED);
        }
        if (peer.state == ZeekState.SYN_SENT) {
            peer.enter(ZeekState.ESTABLISHED);
        }
        sender.enter(ZeekState.ESTABLISHED);
        if (peer.state != ZeekState.PARTIAL) {
            view.established();
        }
    }

    /** The first segment of an endpoint, and no SYN, FIN or RST. */
    private static void joins(
            ZeekView view, ZeekEndpoint sender, ZeekEndpoint peer, TcpSegment segment, boolean byOriginator) {
        boolean eagerAck =
                !byOriginator && segment.payloadBytes() == 0 && view.originator().state == ZeekState.SYN_SENT;
        if (eagerAck) {
            return;
        }
        if (segment.has(TcpFlags.ACK) && peer.state == ZeekState.ESTABLISHED) {
            sender.enter(ZeekState.ESTABLISHED);
            view.wholeAfterAll(byOriginator);
        } else {
            sender.enter(ZeekState.PARTIAL);
        }
    }

    private static boolean opening(ZeekView view, ZeekEndpoint sender, TcpSegment segment) {
        boolean closes = false;
        if (segment.has(TcpFlags.FIN)) {
            sender.enter(ZeekState.CLOSED);
            closes = true;
        }
        if (segment.has(TcpFlags.RST)) {
            sender.enter(ZeekState.RESET);
            view.clock().reset();
            closes = true;
        }
        return closes;
    }

    private static boolean established(ZeekView view, ZeekEndpoint sender, ZeekEndpoint peer, TcpSegment segment) {
        boolean synAlone = segment.has(TcpFlags.SYN) && !segment.has(TcpFlags.ACK);
        if (synAlone && sender.state == ZeekState.PARTIAL && peer.state == ZeekState.INACTIVE) {
            sender.enter(ZeekState.SYN_SENT);
        }
        if (segment.has(TcpFlags.RST)) {
            sender.enter(ZeekState.RESET);
            if (peer.state != ZeekState.RESET || peer.previous != ZeekState.ESTABLISHED) {
                view.clock().reset();
            }
            return true;
        }
        if (segment.has(TcpFlags.FIN)) {
            sender.enter(ZeekState.CLOSED);
            if (peer.state == ZeekState.RESET && peer.previous == ZeekState.CLOSED) {
                // A FIN, then an RST, then the other's FIN: a normal end.
                peer.enter(ZeekState.CLOSED);
            }
            return true;
        }
        return false;
    }

    private static boolean closed(ZeekEndpoint sender, ZeekEndpoint peer, TcpSegment segment) {
        if (segment.has(TcpFlags.RST) && peer.state != ZeekState.CLOSED) {
            sender.enter(ZeekState.RESET);
            return !sender.closed;
        }
        return false;
    }
}
