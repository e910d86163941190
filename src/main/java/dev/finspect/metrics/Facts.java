package dev.finspect.metrics;

import dev.finspect.tcp.Fact;
import org.jspecify.annotations.Nullable;

/** Reads facts that may be unknown. */
final class Facts {
    private Facts() {}

    /** The fact's value, or null where it is not known. */
    static <T> @Nullable T value(@Nullable Fact<T> fact) {
        return fact == null ? null : fact.value();
    }
}
