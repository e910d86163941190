package dev.finspect.lifecycle.connection;

import org.jspecify.annotations.Nullable;

/** Tracks the times of the handshake that concern both endpoints. */
final class HandshakeTracker {
    private long lastSynAtNanos;
    private long ackAtNanos;
    private boolean acked;
    private long refusedAtNanos;
    private boolean refused;

    /** Processes a SYN without ACK; one after the SYN-ACK is ignored, since that did not answer it. */
    void synSent(EndpointTracker peer, long atNanos) {
        if (!acked && !peer.syn.synAckSeen()) {
            lastSynAtNanos = atNanos;
        }
    }

    /** Processes the first acknowledgment of a SYN-ACK by a segment without SYN. */
    void completed(long atNanos) {
        if (!acked) {
            acked = true;
            ackAtNanos = atNanos;
        }
    }

    /** Processes an RST in answer to a SYN. */
    void refused(long atNanos) {
        if (!refused) {
            refused = true;
            refusedAtNanos = atNanos;
        }
    }

    HandshakeFacts facts(EndpointTracker originator, EndpointTracker responder) {
        boolean asked = originator.syn.plainSynSeen();
        return new HandshakeFacts(
                asked ? (Long) originator.syn.atNanos() : null,
                asked ? (Long) lastSynAtNanos : null,
                firstSynAck(originator.syn, responder.syn),
                acked ? ackAtNanos : null,
                asked && responder.syn.plainSynSeen(),
                refused ? refusedAtNanos : null);
    }

    private static @Nullable Long firstSynAck(SynTracker originator, SynTracker responder) {
        if (originator.synAckSeen() && responder.synAckSeen()) {
            return Math.min(originator.synAckAtNanos(), responder.synAckAtNanos());
        }
        if (responder.synAckSeen()) {
            return responder.synAckAtNanos();
        }
        return originator.synAckSeen() ? originator.synAckAtNanos() : null;
    }
}
