package dev.finspect.lifecycle.connection;

import org.jspecify.annotations.Nullable;

/** The moments of the handshake that belong to neither end alone. */
final class HandshakeWatch {
    private long ackAtNanos;
    private boolean acked;
    private long refusedAtNanos;
    private boolean refused;

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

    HandshakeFacts facts(Endpoint originator, Endpoint responder) {
        SynFacts syn = originator.syn.facts();
        return new HandshakeFacts(
                syn == null || !originator.syn.plainSynSeen() ? null : (Long) syn.atNanos(),
                firstSynAck(originator.syn, responder.syn),
                acked ? ackAtNanos : null,
                originator.syn.plainSynSeen() && responder.syn.plainSynSeen(),
                refused ? refusedAtNanos : null);
    }

    private static @Nullable Long firstSynAck(SynWatch originator, SynWatch responder) {
        if (originator.synAckSeen() && responder.synAckSeen()) {
            return Math.min(originator.synAckAtNanos(), responder.synAckAtNanos());
        }
        if (responder.synAckSeen()) {
            return responder.synAckAtNanos();
        }
        return originator.synAckSeen() ? originator.synAckAtNanos() : null;
    }
}
