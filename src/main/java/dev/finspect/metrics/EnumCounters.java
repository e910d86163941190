package dev.finspect.metrics;

import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One counter for each constant of an enum. Any thread. */
final class EnumCounters<E extends Enum<E>> {
    private final Map<E, Counter> counters;

    /** Registers the counter of each of the constants. */
    EnumCounters(EnumSet<E> constants, Function<E, Counter> register) {
        Map<E, Counter> registered = new EnumMap<>(constants.iterator().next().getDeclaringClass());
        constants.forEach(constant -> registered.put(constant, register.apply(constant)));
        counters = registered;
    }

    /** Increments the counter of the constant; does nothing for null. */
    void increment(@Nullable E constant) {
        if (constant != null) {
            Objects.requireNonNull(counters.get(constant)).increment();
        }
    }
}
