package dev.finspect.record;

import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;

/**
 * One FIN or RST. Times are wall-clock nanoseconds since the Unix epoch, durations nanoseconds.
 *
 * @param at when it was seen or sent
 * @param numbers what the segment itself says
 * @param delivery what became of it
 * @param ttl time to live of the segment
 * @param kernel what the kernel of an end on this host noted of it
 */
public record CloseMark(Fact<Long> at, Numbers numbers, Delivery delivery, Observation<Long> ttl, KernelNote kernel) {
    /** One of which the kernel noted nothing. */
    public CloseMark(Fact<Long> at, Numbers numbers, Delivery delivery, Observation<Long> ttl) {
        this(at, numbers, delivery, ttl, KernelNote.NOT_OBSERVED);
    }

    /**
     * What a FIN or RST segment itself says.
     *
     * @param sequenceNumber of the segment
     * @param ackFlag whether it has the ACK flag. An RST with it comes from a living socket, or answers a segment without ACK;
     *     one without it answers a segment for which there is no socket any more (RFC 9293 sections 3.5.2, 3.10.7.1)
     * @param ackedBytes of the bytes sent to its sender, how many it acknowledges; SYN, FIN and a PROXY header of finspect left
     *     out. None where it has no ACK flag
     * @param answersAck whether an RST without ACK flag has as its sequence number the acknowledgment number of a segment
     *     that its receiver sent before, as the answer to such a segment has
     * @param withData whether it carried bytes
     */
    public record Numbers(
            Observation<Long> sequenceNumber,
            Observation<Boolean> ackFlag,
            Observation<Long> ackedBytes,
            Observation<Boolean> answersAck,
            Observation<Boolean> withData) {
        /** Not observed. */
        public static final Numbers NOT_OBSERVED = new Numbers(
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());
    }

    /**
     * What became of a FIN or RST.
     *
     * @param acknowledged whether it is acknowledged; of a FIN only
     * @param timeToAck until it was acknowledged; inferred where readings of the kernel alone show it
     * @param retransmits how often it was sent again
     * @param inWindow whether an RST lay where its receiver would take it
     */
    public record Delivery(
            Observation<Boolean> acknowledged,
            Observation<Long> timeToAck,
            Observation<Long> retransmits,
            Observation<Boolean> inWindow) {
        /** Not observed. */
        public static final Delivery NOT_OBSERVED = new Delivery(
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());
    }

    /** One of which only the moment is known. */
    public static CloseMark at(Fact<Long> at) {
        return new CloseMark(at, Numbers.NOT_OBSERVED, Delivery.NOT_OBSERVED, Observation.notObserved());
    }

    /** The same with what became of it. */
    public CloseMark with(Delivery known) {
        return new CloseMark(at, numbers, known, ttl, kernel);
    }

    /** The same with what the kernel noted of it. */
    public CloseMark with(KernelNote noted) {
        return new CloseMark(at, numbers, delivery, ttl, noted);
    }

    /** When it happened: wall clock, nanoseconds since the Unix epoch. */
    public long atEpochNanos() {
        return at.value();
    }

    /** See {@link Numbers}. */
    public Observation<Long> sequenceNumber() {
        return numbers.sequenceNumber;
    }

    /** See {@link Numbers}. */
    public Observation<Boolean> ackFlag() {
        return numbers.ackFlag;
    }

    /** See {@link Numbers}. */
    public Observation<Long> ackedBytes() {
        return numbers.ackedBytes;
    }

    /** See {@link Numbers}. */
    public Observation<Boolean> answersAck() {
        return numbers.answersAck;
    }

    /** See {@link Numbers}. */
    public Observation<Boolean> withData() {
        return numbers.withData;
    }

    /** See {@link Delivery}. */
    public Observation<Boolean> acknowledged() {
        return delivery.acknowledged;
    }

    /** See {@link Delivery}. */
    public Observation<Long> timeToAck() {
        return delivery.timeToAck;
    }

    /** See {@link Delivery}. */
    public Observation<Long> retransmits() {
        return delivery.retransmits;
    }

    /** See {@link Delivery}. */
    public Observation<Boolean> inWindow() {
        return delivery.inWindow;
    }
}
