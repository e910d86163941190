package dev.finspect.session;

import dev.finspect.tcp.Fact;
import org.jspecify.annotations.Nullable;

/**
 * How a leg was opened. Times are wall-clock nanoseconds since the Unix epoch, durations nanoseconds.
 *
 * @param synAt when the first SYN passed; without the wire, upstream leg, when connect() was called
 * @param synAckAt when the first SYN-ACK passed
 * @param ackAt when the ACK that completed it passed
 * @param synToSynAck from the SYN to the SYN-ACK; without the wire, upstream leg, the kernel's first round trip, when no SYN
 *     was sent again
 * @param synAckToAck from the SYN-ACK to the ACK; without the wire, client leg, likewise
 * @param acceptDelay client leg: from the final ACK to accept()
 * @param connectDuration upstream leg: from connect() to established
 * @param rtt the kernel's first round-trip time, which is that of the handshake
 * @param simultaneousOpen both ends sent a SYN
 * @param originator the end that sent the first SYN
 * @param responder the other end
 */
public record Handshake(
        @Nullable Fact<Long> synAt,
        @Nullable Fact<Long> synAckAt,
        @Nullable Fact<Long> ackAt,
        @Nullable Fact<Long> synToSynAck,
        @Nullable Fact<Long> synAckToAck,
        @Nullable Fact<Long> acceptDelay,
        @Nullable Fact<Long> connectDuration,
        @Nullable Fact<Long> rtt,
        @Nullable Fact<Boolean> simultaneousOpen,
        Side originator,
        Side responder) {

    /**
     * What one end brought to the handshake.
     *
     * @param isn initial sequence number, 0 to 2^32 - 1
     * @param isnAcknowledged whether the other end acknowledged isn + 1
     * @param retransmits how often it sent its SYN (originator) or SYN-ACK (responder) again
     * @param windowBytes the window field of its SYN, unscaled
     * @param mssBytes the MSS option it sent
     * @param windowScale the shift it offered
     * @param sack whether it offered selective acknowledgements
     * @param timestamps whether it offered time stamps
     * @param ttl IP time to live or hop limit of its SYN on arrival
     */
    public record Side(
            @Nullable Fact<Long> isn,
            @Nullable Fact<Boolean> isnAcknowledged,
            @Nullable Fact<Long> retransmits,
            @Nullable Fact<Long> windowBytes,
            @Nullable Fact<Long> mssBytes,
            @Nullable Fact<Long> windowScale,
            @Nullable Fact<Boolean> sack,
            @Nullable Fact<Boolean> timestamps,
            @Nullable Fact<Long> ttl) {
        /** Nothing known. */
        public static final Side UNKNOWN = new Side(null, null, null, null, null, null, null, null, null);
    }

    /** Nothing known. */
    public static final Handshake UNKNOWN =
            new Handshake(null, null, null, null, null, null, null, null, null, Side.UNKNOWN, Side.UNKNOWN);
}
