package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;

/**
 * Infers from a segment what its sender did and what each endpoint received.
 *
 * <p>A FIN counts as received by the other endpoint as soon as it is captured, unless that endpoint then sends a FIN that does
 * not acknowledge it. In that case it counts as received when it is acknowledged.
 */
final class StateInference {
    private StateInference() {}

    /** Processes a segment without RST, after the trackers of both endpoints have processed it. */
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

    /** Whether a FIN without bytes shows that its sender was ESTABLISHED before, or had received the other's FIN. */
    private static boolean provesMore(EndpointTracker sender, EndpointTracker peer) {
        EndpointState state = sender.states.state();
        return state == EndpointState.SYN_SENT || (state == EndpointState.UNSEEN && peer.sent.finAcknowledged());
    }

    private static void syn(EndpointTracker sender, EndpointTracker peer, TcpSegment segment, boolean ack) {
        long at = segment.atNanos();
        TcpSegment syn = peer.syn.first();
        if (!ack) {
            sender.states.signal(EndpointSignal.SENT_SYN, at);
            peer.states.signal(EndpointSignal.GOT_SYN, at);
            if (peer.syn.synAckSeen() && sender.syn.acknowledged()) {
                sender.states.signal(EndpointSignal.GOT_SYN_ACK, at); // It was captured before the SYN.
            }
            return;
        }
        sender.states.signal(EndpointSignal.SENT_SYN_ACK, at);
        if (syn != null && SynTracker.covers(syn, segment.acknowledgmentNumber())) {
            peer.states.signal(EndpointSignal.GOT_SYN_ACK, at);
        }
    }

    /** Bytes sent in SYN-RECEIVED prove nothing if the other's SYN had bytes: RFC 7413 allows an immediate answer. */
    private static void data(EndpointTracker sender, EndpointTracker peer, long at) {
        TcpSegment syn = peer.syn.first();
        boolean fastOpen = syn != null && syn.payloadBytes() > 0;
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

    /** Processes an RST that its receiver accepts. */
    static void reset(EndpointTracker sender, EndpointTracker peer, long atNanos) {
        sender.states.signal(EndpointSignal.SENT_RST, atNanos);
        peer.states.signal(EndpointSignal.GOT_RST, atNanos);
    }
}
