package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;

/**
 * Tells from a segment what its sender did and what reached whom.
 *
 * <p>A FIN counts as having reached the other end when it passes the capture, unless the other end shows that it had not:
 * by a FIN of its own that does not acknowledge it. Then only its acknowledgment counts.
 */
final class StateInference {
    private StateInference() {}

    /** Takes a segment without RST, after it was entered in the accounts of both. */
    static void segment(EndpointTracker sender, EndpointTracker peer, TcpSegment segment) {
        long at = segment.atNanos();
        boolean ack = segment.has(TcpFlags.ACK);
        if (segment.has(TcpFlags.SYN)) {
            syn(sender, peer, segment, ack);
        } else if (segment.payloadBytes() > 0) {
            data(sender, peer, at);
        } else if (ack && (!segment.has(TcpFlags.FIN) || provesMore(sender, peer))) {
            sender.states.signal(EndpointSignal.SENT_ACK, at);
        }
        if (ack) {
            acknowledged(sender, peer, segment);
        }
        if (sender.sent.finSeen()) {
            fin(sender, peer, segment);
        }
    }

    /** Whether a FIN without bytes shows that its sender was established, or had read the other's FIN, before it. */
    private static boolean provesMore(EndpointTracker sender, EndpointTracker peer) {
        EndpointState state = sender.states.state();
        return state == EndpointState.SYN_SENT || (state == EndpointState.UNSEEN && peer.sent.finAcknowledged());
    }

    private static void syn(EndpointTracker sender, EndpointTracker peer, TcpSegment segment, boolean ack) {
        long at = segment.atNanos();
        TcpSegment asked = peer.syn.first();
        if (!ack) {
            sender.states.signal(EndpointSignal.SENT_SYN, at);
            peer.states.signal(EndpointSignal.GOT_SYN, at);
            return;
        }
        sender.states.signal(EndpointSignal.SENT_SYN_ACK, at);
        if (asked != null && SynTracker.covers(asked, segment.acknowledgmentNumber())) {
            peer.states.signal(EndpointSignal.GOT_SYN_ACK, at);
        }
    }

    /** Bytes of an end in SYN-RECEIVED prove nothing when the other's SYN had bytes: RFC 7413 lets it answer at once. */
    private static void data(EndpointTracker sender, EndpointTracker peer, long at) {
        TcpSegment asked = peer.syn.first();
        boolean fastOpen = asked != null && asked.payloadBytes() > 0;
        if (sender.states.state() != EndpointState.SYN_RECEIVED || !fastOpen) {
            sender.states.signal(EndpointSignal.SENT_DATA, at);
        }
    }

    private static void acknowledged(EndpointTracker sender, EndpointTracker peer, TcpSegment segment) {
        long at = segment.atNanos();
        if (!segment.has(TcpFlags.SYN) && peer.syn.acknowledged()) {
            peer.states.signal(EndpointSignal.GOT_ACK_OF_SYN, at);
        }
        if (peer.sent.finAcknowledged()) {
            peer.states.signal(EndpointSignal.GOT_ACK_OF_FIN, at);
            sender.states.signal(EndpointSignal.GOT_FIN, at);
        }
    }

    private static void fin(EndpointTracker sender, EndpointTracker peer, TcpSegment segment) {
        long at = segment.atNanos();
        if (segment.has(TcpFlags.FIN)) {
            boolean provedUnread = peer.sent.finSeen() && !peer.sent.finAcknowledged();
            if (provedUnread && sender.states.state() == EndpointState.CLOSE_WAIT) {
                sender.states.retract();
                sender.finNeedsProof = true;
            }
            sender.states.signal(EndpointSignal.SENT_FIN, at);
        }
        if (sender.sent.finAcknowledged()) {
            sender.states.signal(EndpointSignal.GOT_ACK_OF_FIN, at);
        }
        if (!peer.finNeedsProof && sender.sent.wholeToFin()) {
            peer.states.signal(EndpointSignal.GOT_FIN, at);
        }
    }

    /** Takes an RST that its receiver takes. */
    static void reset(EndpointTracker sender, EndpointTracker peer, long atNanos) {
        sender.states.signal(EndpointSignal.SENT_RST, atNanos);
        peer.states.signal(EndpointSignal.GOT_RST, atNanos);
    }
}
