package dev.finspect.record;

import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.wire.IcmpError;
import org.jspecify.annotations.Nullable;

/** What becomes of one fact that both a socket and a capture may show. */
public final class WireMerge {
    private WireMerge() {}

    /** Type and sender of the last ICMP error. */
    static Observation<String> lastIcmp(LegWire wire) {
        IcmpError last = wire.facts().icmp().last();
        return last == null ? absent(wire) : Fact.wire(last.kind().label() + " from " + last.from());
    }

    /** A captured moment or time; where there is none, whether the capture would have seen it. */
    static Observation<Long> moment(LegWire wire, @Nullable Long nanos) {
        return nanos == null ? absent(wire) : Fact.wire(nanos);
    }

    /** What the absence of segments says: none where the capture is complete, nothing otherwise. */
    static <T> Observation<T> absent(LegWire wire) {
        return wire.isComplete() ? Observation.none(Source.WIRE) : Observation.notObserved();
    }

    /** What was captured, or what was known before. */
    static <T> Observation<T> or(@Nullable T wire, Observation<T> known) {
        return wire == null ? known : Fact.wire(wire);
    }

    /** What was known before, or what was captured. */
    static <T> Observation<T> keep(Observation<T> known, @Nullable T wire) {
        return !known.isKnown() && wire != null ? Fact.wire(wire) : known;
    }

    /** A time between two stamps; null where the capture's clock went back between them, which makes it none. */
    public static @Nullable Long span(@Nullable Long nanos) {
        return nanos == null || nanos < 0 ? null : nanos;
    }
}
