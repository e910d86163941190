package dev.finspect.record;

import dev.finspect.tcp.Observation;

/**
 * How a leg was opened. Times are wall-clock nanoseconds since the Unix epoch, durations nanoseconds.
 *
 * @param segments when the three segments passed
 * @param establishedAt when the leg was established: accept() on the client leg, the end of connect() on the upstream leg; in a
 *     capture file the ACK, or the first segment of a connection whose handshake was not captured
 * @param acceptDelay client leg: from the final ACK to accept()
 * @param connectDuration upstream leg: from connect() to established
 * @param simultaneousOpen both ends sent a SYN
 * @param originator the end that sent the first SYN
 * @param responder the other end
 */
public record Handshake(
        Segments segments,
        Observation<Long> establishedAt,
        Observation<Long> acceptDelay,
        Observation<Long> connectDuration,
        Observation<Boolean> simultaneousOpen,
        Side originator,
        Side responder) {

    /**
     * The three segments.
     *
     * @param synAt when the first SYN passed; without a capture, upstream leg, when connect() was called
     * @param synAckAt when the first SYN-ACK passed
     * @param ackAt when the ACK that completed it passed
     * @param synToSynAck from the SYN to the SYN-ACK; without a capture, upstream leg, the kernel's first round trip, when no
     *     SYN was sent again
     * @param synAckToAck from the SYN-ACK to the ACK; without a capture, client leg, likewise
     * @param rtt the kernel's first round-trip time, which is that of the handshake
     * @param lastSynAckAt when the last SYN-ACK passed that was sent again; none where none was
     */
    public record Segments(
            Observation<Long> synAt,
            Observation<Long> synAckAt,
            Observation<Long> ackAt,
            Observation<Long> synToSynAck,
            Observation<Long> synAckToAck,
            Observation<Long> rtt,
            Observation<Long> lastSynAckAt) {
        /** Of which no SYN-ACK was seen again. */
        public Segments(
                Observation<Long> synAt,
                Observation<Long> synAckAt,
                Observation<Long> ackAt,
                Observation<Long> synToSynAck,
                Observation<Long> synAckToAck,
                Observation<Long> rtt) {
            this(synAt, synAckAt, ackAt, synToSynAck, synAckToAck, rtt, Observation.notObserved());
        }

        /** Not observed. */
        public static final Segments NOT_OBSERVED = new Segments(
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());
    }

    /**
     * What one end brought to the handshake.
     *
     * @param isn initial sequence number, 0 to 2^32 - 1
     * @param isnAcknowledged whether the other end acknowledged isn + 1
     * @param retransmits how often it sent its SYN (originator) or SYN-ACK (responder) again
     * @param windowBytes the window field of its SYN, unscaled
     * @param ttl IP time to live or hop limit of its SYN on arrival
     * @param options what its SYN offered
     */
    public record Side(
            Observation<Long> isn,
            Observation<Boolean> isnAcknowledged,
            Observation<Long> retransmits,
            Observation<Long> windowBytes,
            Observation<Long> ttl,
            Options options) {
        /** Not observed. */
        public static final Side NOT_OBSERVED = new Side(
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Options.NOT_OBSERVED);
    }

    /**
     * The options of a SYN.
     *
     * @param mssBytes the MSS option it sent
     * @param windowScale the shift it offered
     * @param sack whether it offered selective acknowledgements
     * @param timestamps whether it offered time stamps
     */
    public record Options(
            Observation<Long> mssBytes,
            Observation<Long> windowScale,
            Observation<Boolean> sack,
            Observation<Boolean> timestamps) {
        /** Not observed. */
        public static final Options NOT_OBSERVED = new Options(
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());
    }

    /** Not observed. */
    public static final Handshake NOT_OBSERVED = new Handshake(
            Segments.NOT_OBSERVED,
            Observation.notObserved(),
            Observation.notObserved(),
            Observation.notObserved(),
            Observation.notObserved(),
            Side.NOT_OBSERVED,
            Side.NOT_OBSERVED);

    /** When the first SYN passed. */
    public Observation<Long> synAt() {
        return segments.synAt;
    }

    /** When the first SYN-ACK passed. */
    public Observation<Long> synAckAt() {
        return segments.synAckAt;
    }

    /** When the ACK that completed it passed. */
    public Observation<Long> ackAt() {
        return segments.ackAt;
    }

    /** When the last SYN-ACK that was sent again passed: after the ACK, the responder has not got that. */
    public Observation<Long> lastSynAckAt() {
        return segments.lastSynAckAt;
    }

    /** The first round trip. */
    public Observation<Long> rtt() {
        return segments.rtt;
    }

    /** The same with the time from the final ACK to accept(). */
    Handshake withAcceptDelay(Observation<Long> delay) {
        return new Handshake(segments, establishedAt, delay, connectDuration, simultaneousOpen, originator, responder);
    }
}
