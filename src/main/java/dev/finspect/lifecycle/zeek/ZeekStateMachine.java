package dev.finspect.lifecycle.zeek;

import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;

/**
 * Zeek's states of both endpoints, moved by the flags of each segment.
 *
 * <pre>
 * INACTIVE --SYN--> SYN_SENT --(answered)--> ESTABLISHED --FIN--> CLOSED
 *     |---SYN-ACK--> SYN_ACK_SENT --(answered)--^                    |
 *     |---other----> PARTIAL ----------FIN-------------------------->|
 *     any state ---------------------RST--------------------------> RESET
 * </pre>
 */
final class ZeekStateMachine {
    private ZeekStateMachine() {}

    /** What a segment means for the connection as a whole, and what the machine reads from it. */
    interface Events {
        /** The originator sent its first SYN or SYN-ACK. */
        void synSent(long atNanos);

        /** An RST was sent after which Zeek stops its periodic check. */
        void resetSent();

        /** Originator and responder change places: the first SYN-ACK was the responder's. */
        void rolesSwapped();

        /** The handshake was seen. */
        void established();

        /** The connection was captured from its beginning after all, except for one segment. */
        void beginningSeen(boolean byOriginator);

        ZeekState originatorState();
    }

    /**
     * Processes a segment of {@code sender}; returns whether it closes the sender's side.
     *
     * @param byOriginator whether the sender was the originator when the segment arrived
     */
    static boolean step(
            Events events, ZeekEndpoint sender, ZeekEndpoint peer, TcpSegment segment, boolean byOriginator) {
        return switch (sender.state) {
            case INACTIVE -> inactive(events, sender, peer, segment, byOriginator);
            case SYN_SENT, SYN_ACK_SENT -> opening(events, sender, segment);
            case ESTABLISHED, PARTIAL -> established(events, sender, peer, segment);
            case CLOSED -> closed(sender, peer, segment);
            case RESET -> false;
        };
    }

    private static boolean inactive(
            Events events, ZeekEndpoint sender, ZeekEndpoint peer, TcpSegment segment, boolean byOriginator) {
        if (segment.has(TcpFlags.SYN)) {
            if (byOriginator) {
                sender.enter(segment.has(TcpFlags.ACK) ? ZeekState.SYN_ACK_SENT : ZeekState.SYN_SENT);
                events.synSent(segment.atNanos());
            } else {
                answer(events, sender, peer, segment);
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
            firstWithoutSyn(events, sender, peer, segment, byOriginator);
        }
        return closes;
    }

    /** Processes the responder's first SYN, with or without ACK. */
    private static void answer(Events events, ZeekEndpoint sender, ZeekEndpoint peer, TcpSegment segment) {
        if (!segment.has(TcpFlags.ACK)
                && peer.state == ZeekState.SYN_ACK_SENT
                && segment.sequenceNumber() == sender.startNumber()) {
            events.rolesSwapped();
            peer.enter(ZeekState.ESTABLISHED);
        }
        if (peer.state == ZeekState.SYN_SENT) {
            peer.enter(ZeekState.ESTABLISHED);
        }
        sender.enter(ZeekState.ESTABLISHED);
        if (peer.state != ZeekState.PARTIAL) {
            events.established();
        }
    }

    /** Processes the first segment of an endpoint when it is no SYN, FIN or RST. */
    private static void firstWithoutSyn(
            Events events, ZeekEndpoint sender, ZeekEndpoint peer, TcpSegment segment, boolean byOriginator) {
        boolean eagerAck =
                !byOriginator && segment.payloadBytes() == 0 && events.originatorState() == ZeekState.SYN_SENT;
        if (eagerAck) {
            return;
        }
        if (segment.has(TcpFlags.ACK) && peer.state == ZeekState.ESTABLISHED) {
            sender.enter(ZeekState.ESTABLISHED);
            events.beginningSeen(byOriginator);
        } else {
            sender.enter(ZeekState.PARTIAL);
        }
    }

    private static boolean opening(Events events, ZeekEndpoint sender, TcpSegment segment) {
        boolean closes = false;
        if (segment.has(TcpFlags.FIN)) {
            sender.enter(ZeekState.CLOSED);
            closes = true;
        }
        if (segment.has(TcpFlags.RST)) {
            sender.enter(ZeekState.RESET);
            events.resetSent();
            closes = true;
        }
        return closes;
    }

    private static boolean established(Events events, ZeekEndpoint sender, ZeekEndpoint peer, TcpSegment segment) {
        boolean synAlone = segment.has(TcpFlags.SYN) && !segment.has(TcpFlags.ACK);
        if (synAlone && sender.state == ZeekState.PARTIAL && peer.state == ZeekState.INACTIVE) {
            sender.enter(ZeekState.SYN_SENT);
        }
        if (segment.has(TcpFlags.RST)) {
            sender.enter(ZeekState.RESET);
            if (peer.state != ZeekState.RESET || peer.previous != ZeekState.ESTABLISHED) {
                events.resetSent();
            }
            return true;
        }
        if (segment.has(TcpFlags.FIN)) {
            sender.enter(ZeekState.CLOSED);
            if (peer.state == ZeekState.RESET && peer.previous == ZeekState.CLOSED) {
                // FIN, RST, then the other side's FIN: Zeek counts this as a normal close.
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
