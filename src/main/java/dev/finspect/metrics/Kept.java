package dev.finspect.metrics;

import io.micrometer.core.instrument.Counter;
import java.util.Map;
import java.util.Objects;

/** Looks kept counters up. */
final class Kept {
    private Kept() {}

    /** The counter of this constant, for which one was registered. */
    static <E extends Enum<E>> Counter of(Map<E, Counter> counters, E constant) {
        return Objects.requireNonNull(counters.get(constant));
    }
}
