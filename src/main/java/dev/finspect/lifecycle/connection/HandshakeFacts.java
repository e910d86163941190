package dev.finspect.lifecycle.connection;

import org.jspecify.annotations.Nullable;

/**
 * The three-way handshake as it passed the capture. Times are wall-clock nanoseconds since the Unix epoch; null when the
 * segment was not seen. What each endpoint brought is in {@link EndpointFacts#syn()}.
 *
 * @param synAtNanos time of the originator's first SYN
 * @param answeredSynAtNanos time of the originator's last SYN before the SYN-ACK: the one that the SYN-ACK most likely answers
 * @param synAckAtNanos time of the first SYN-ACK; in a simultaneous open, of either endpoint
 * @param ackAtNanos time of the first segment that acknowledges the SYN-ACK; if the capture has no SYN-ACK, of the
 *     originator's first ACK after its SYN; null also where that segment shows that an ACK had passed before
 * @param simultaneousOpen whether both sent a SYN before receiving one (RFC 9293 figure 7)
 * @param refusedAtNanos time of an RST that answered the SYN
 * @param detours what else happened
 */
public record HandshakeFacts(
        @Nullable Long synAtNanos,
        @Nullable Long answeredSynAtNanos,
        @Nullable Long synAckAtNanos,
        @Nullable Long ackAtNanos,
        boolean simultaneousOpen,
        @Nullable Long refusedAtNanos,
        Detours detours) {

    /**
     * What happened in a handshake beside its three segments.
     *
     * @param ackedBeforeNanos time of the first segment that shows that the ACK had passed before and was not captured: it
     *     acknowledges or follows bytes; null where {@code ackAtNanos} is known, or nothing shows an ACK
     * @param challengedAtNanos time of the first ACK without SYN that answered the SYN and does not acknowledge it: the
     *     responder still had an earlier connection (RFC 9293 section 3.10.7.4)
     * @param withdrawnAtNanos time of an RST by which the sender of an unanswered SYN took it back
     */
    public record Detours(
            @Nullable Long ackedBeforeNanos,
            @Nullable Long challengedAtNanos,
            @Nullable Long withdrawnAtNanos) {
        /** Nothing else happened. */
        public static final Detours NONE = new Detours(null, null, null);
    }

    /** From the first SYN to the first SYN-ACK, nanoseconds; null if either is missing. */
    public @Nullable Long synToSynAckNanos() {
        return between(synAtNanos, synAckAtNanos);
    }

    /** From the SYN-ACK to the ACK. */
    public @Nullable Long synAckToAckNanos() {
        return between(synAckAtNanos, ackAtNanos);
    }

    /** From the answered SYN to the ACK: a full round trip wherever the capture was made. Wireshark's initial RTT. Null if the SYN was captured after its SYN-ACK. */
    public @Nullable Long roundTripNanos() {
        boolean reordered = answeredSynAtNanos != null && synAckAtNanos != null && answeredSynAtNanos > synAckAtNanos;
        return reordered ? null : between(answeredSynAtNanos, ackAtNanos);
    }

    private static @Nullable Long between(@Nullable Long from, @Nullable Long to) {
        return from == null || to == null ? null : to - from;
    }
}
