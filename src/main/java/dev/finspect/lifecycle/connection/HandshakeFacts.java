package dev.finspect.lifecycle.connection;

import org.jspecify.annotations.Nullable;

/**
 * The three-way handshake as it passed the capture. Times are wall-clock nanoseconds since the Unix epoch; null when the
 * segment was not seen. What each endpoint brought is in {@link EndpointFacts#syn()}.
 *
 * @param synAtNanos the originator's first SYN in these facts
 * @param answeredSynAtNanos the originator's last SYN before the answer: of several, the one that it most likely answers
 * @param synAckAtNanos the first SYN-ACK; of a simultaneous open the first that either end sent
 * @param ackAtNanos the first segment that acknowledges the responder's SYN after its SYN-ACK; where the capture has no
 *     SYN-ACK, the originator's first ACK that follows its SYN
 * @param simultaneousOpen whether both sent a SYN before either had the other's (RFC 9293 figure 7)
 * @param refusedAtNanos when an RST answered the SYN
 */
public record HandshakeFacts(
        @Nullable Long synAtNanos,
        @Nullable Long answeredSynAtNanos,
        @Nullable Long synAckAtNanos,
        @Nullable Long ackAtNanos,
        boolean simultaneousOpen,
        @Nullable Long refusedAtNanos) {

    /** From the first SYN to the first SYN-ACK, nanoseconds; null when either is missing. */
    public @Nullable Long synToSynAckNanos() {
        return between(synAtNanos, synAckAtNanos);
    }

    /** From the SYN-ACK to the ACK. */
    public @Nullable Long synAckToAckNanos() {
        return between(synAckAtNanos, ackAtNanos);
    }

    /** From the answered SYN to the ACK: both halves of the round trip wherever the capture stands. Wireshark's initial RTT. */
    public @Nullable Long roundTripNanos() {
        return between(answeredSynAtNanos, ackAtNanos);
    }

    private static @Nullable Long between(@Nullable Long from, @Nullable Long to) {
        return from == null || to == null ? null : to - from;
    }
}
