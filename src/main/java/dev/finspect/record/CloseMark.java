package dev.finspect.record;

import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;

/**
 * One FIN or RST. Times are wall-clock nanoseconds since the Unix epoch, durations nanoseconds.
 *
 * @param at when it was seen or sent
 * @param sequenceNumber of the segment
 * @param timeToAck until it was acknowledged; inferred where readings of the kernel alone show it
 * @param acknowledged whether it is acknowledged; of a FIN of finspect only
 * @param retransmits how often it was sent again
 * @param withData whether the segment carried bytes
 * @param inWindow whether an RST lay where its receiver would take it
 * @param ttl time to live of the segment
 */
public record CloseMark(
        Fact<Long> at,
        Observation<Long> sequenceNumber,
        Observation<Long> timeToAck,
        Observation<Boolean> acknowledged,
        Observation<Long> retransmits,
        Observation<Boolean> withData,
        Observation<Boolean> inWindow,
        Observation<Long> ttl) {

    /** One of which only the moment is known. */
    public static CloseMark at(Fact<Long> at) {
        return new CloseMark(
                at,
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved(),
                Observation.notObserved());
    }
}
