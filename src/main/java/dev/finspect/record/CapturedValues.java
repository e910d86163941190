package dev.finspect.record;

import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.wire.IcmpError;
import org.jspecify.annotations.Nullable;

/** Combines captured values with known ones, and says what it means if a capture has no value. */
public final class CapturedValues {
    private CapturedValues() {}

    /** Type and sender of the last ICMP error. */
    static Observation<String> lastIcmp(LegWire wire) {
        IcmpError last = wire.facts().icmp().last();
        return last == null ? absent(wire) : Fact.wire(last.kind().label() + " from " + last.from());
    }

    /** A captured moment or duration; without one, whether the capture is complete. */
    static Observation<Long> moment(LegWire wire, @Nullable Long nanos) {
        return nanos == null ? absent(wire) : Fact.wire(nanos);
    }

    /** What missing segments mean: none if the capture is complete, otherwise not observed. */
    static <T> Observation<T> absent(LegWire wire) {
        return wire.isComplete() ? Observation.none(Source.WIRE) : Observation.notObserved();
    }

    /** The captured value; without one, the known value. */
    static <T> Observation<T> or(@Nullable T wire, Observation<T> known) {
        return wire == null ? known : Fact.wire(wire);
    }

    /** The known value; without one, the captured value. */
    static <T> Observation<T> keep(Observation<T> known, @Nullable T wire) {
        return !known.isKnown() && wire != null ? Fact.wire(wire) : known;
    }

    /** A duration between two time stamps; null if the clock of the capture went back between them. */
    public static @Nullable Long span(@Nullable Long nanos) {
        return nanos == null || nanos < 0 ? null : nanos;
    }
}
