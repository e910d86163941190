package dev.finspect.record;

import org.jspecify.annotations.Nullable;

/** One look-up of an upstream's name. {@code error} is null when it found addresses. */
public record Lookup(
        String name,
        long durationNanos,
        int addresses,
        @Nullable String error) {}
