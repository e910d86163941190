package dev.finspect.lifecycle.connection;

import org.jspecify.annotations.Nullable;

/** Tracks the times of the handshake that concern both endpoints. */
final class HandshakeTracker {
    private long lastSynAtNanos;
    private long ackAtNanos;
    private boolean acked;
    private long refusedAtNanos;
    private boolean refused;
    private boolean asked;
    private boolean ackedBefore;
    private long ackedBeforeNanos;
    private boolean challenged;
    private long challengedAtNanos;
    private boolean withdrawn;
    private long withdrawnAtNanos;

    /** Processes a SYN without ACK; one after the SYN-ACK is ignored, since that did not answer it. */
    void synSent(EndpointTracker peer, long atNanos) {
        if (!asked || (!acked && !peer.syn.synAckSeen())) {
            asked = true;
            lastSynAtNanos = atNanos;
        }
    }

    /** Processes the first acknowledgment of a SYN-ACK by a segment without SYN. */
    void completed(long atNanos) {
        if (!acked && !ackedBefore) {
            acked = true;
            ackAtNanos = atNanos;
        }
    }

    /** Processes a segment which shows that the ACK passed before it and was not captured. */
    void completedBefore(long atNanos) {
        if (!acked && !ackedBefore) {
            ackedBefore = true;
            ackedBeforeNanos = atNanos;
        }
    }

    /** Processes an ACK without SYN that answers a SYN and does not acknowledge it. */
    void challenged(long atNanos) {
        if (!challenged) {
            challenged = true;
            challengedAtNanos = atNanos;
        }
    }

    /** Processes an RST of the sender of a SYN that nothing has answered. */
    void withdrawn(long atNanos) {
        if (!withdrawn && !challenged) {
            withdrawn = true;
            withdrawnAtNanos = atNanos;
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
        boolean sent = originator.syn.plainSynSeen();
        return new HandshakeFacts(
                sent ? (Long) originator.syn.atNanos() : null,
                sent ? (Long) lastSynAtNanos : null,
                firstSynAck(originator.syn, responder.syn),
                acked ? ackAtNanos : null,
                sent && responder.syn.plainSynSeen(),
                refused ? refusedAtNanos : null,
                detours(responder.doubted));
    }

    /** An ACK that is still in doubt shows the same as one that came later: most likely the capture has missed some. */
    private HandshakeFacts.Detours detours(DoubtedAck doubted) {
        boolean open = !acked && !ackedBefore && doubted.isOpen();
        return ackedBefore || challenged || withdrawn || open
                ? new HandshakeFacts.Detours(
                        open ? (Long) doubted.atNanos() : ackedBefore ? (Long) ackedBeforeNanos : null,
                        challenged ? challengedAtNanos : null,
                        withdrawn ? withdrawnAtNanos : null)
                : HandshakeFacts.Detours.NONE;
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
