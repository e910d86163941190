package dev.finspect.lifecycle.connection;

import org.jspecify.annotations.Nullable;

/** The moments of the handshake that belong to neither end alone. */
final class HandshakeTracker {
    private long lastSynAtNanos;
    private long ackAtNanos;
    private boolean acked;
    private long refusedAtNanos;
    private boolean refused;

    /** A SYN without ACK passed; those that come after the answer are not what it answers. */
    void asked(EndpointTracker peer, long atNanos) {
        if (!acked && !peer.syn.synAckSeen()) {
            lastSynAtNanos = atNanos;
        }
    }

    /** The SYN of an end was first acknowledged, by a segment without SYN after its SYN-ACK. */
    void acked(long atNanos) {
        if (!acked) {
            acked = true;
            ackAtNanos = atNanos;
        }
    }

    /** An RST answered a SYN. */
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
