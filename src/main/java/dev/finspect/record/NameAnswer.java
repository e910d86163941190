package dev.finspect.record;

import dev.finspect.tcp.Observation;
import java.net.InetAddress;
import java.util.List;

/**
 * The answer to a look-up of a name.
 *
 * @param addresses in the order in which they are tried; at least one
 * @param source where it came from
 * @param ttlNanos for how long it is good, counted from when it came; not observed where its source does not say
 * @param tookNanos how long the name server took to give it; not observed of another source
 * @param ageNanos how long ago it had come when the look-up ended: more than the look-up took for one that was kept. Not
 *     observed where its source does not say
 */
public record NameAnswer(
        List<InetAddress> addresses,
        NameSource source,
        Observation<Long> tookNanos,
        Observation<Long> ttlNanos,
        Observation<Long> ageNanos) {
    /** Of a source that says nothing else. */
    public static NameAnswer of(List<InetAddress> addresses, NameSource source) {
        return new NameAnswer(
                addresses, source, Observation.notObserved(), Observation.notObserved(), Observation.notObserved());
    }
}
