package dev.finspect.record;

import dev.finspect.tcp.Observation;

/**
 * What a route's connections to one peer have shown of idle time: a rest is a time without a byte either way. Where a device
 * on the way, or the peer, forgets idle connections, the two times enclose its time-out.
 *
 * @param survivedNanos the longest rest after which the peer was heard again; 0 where there was none
 * @param diedNanos the shortest rest after which the connection was found dead, longer than any survived
 * @param deaths how many were found dead after that time, or up to a tenth longer
 * @param closed whether the peer ended it by a FIN; else it was reset, or the peer was not heard any more
 * @param firstProbeNanos the rest after which finspect's kernel sends its first keep-alive probe on these connections; none where
 *     it sends none, not observed where the socket is not finspect's
 */
public record IdleLimit(
        long survivedNanos, long diedNanos, int deaths, boolean closed, Observation<Long> firstProbeNanos) {
    /** What the rests have shown; finspect's own keep-alive is not observed. */
    public static IdleLimit learnt(long survivedNanos, long diedNanos, int deaths, boolean closed) {
        return new IdleLimit(survivedNanos, diedNanos, deaths, closed, Observation.notObserved());
    }

    /** The same, and finspect's own keep-alive. */
    public IdleLimit probedAfter(Observation<Long> firstProbeNanos) {
        return new IdleLimit(survivedNanos, diedNanos, deaths, closed, firstProbeNanos);
    }
}
