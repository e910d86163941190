package dev.finspect.lifecycle.connection;

import org.jspecify.annotations.Nullable;

/**
 * The receive window that one endpoint offered. SYNs, FINs and RSTs do not open or close it.
 *
 * @param scale the shift in force, 0 when not negotiated; null when the handshake was not seen
 * @param lastBytes the last window, scaled; null when none was seen. A scale that is not known counts as 0; the next likewise
 * @param leastBytes the smallest
 * @param greatestBytes the largest
 * @param zeroWindows segments that offered none
 * @param zeroWindowPeriods how often it closed
 * @param zeroWindowNanos how long it was closed in all, a period that lasts counted to the last segment
 * @param closedSinceNanos since when it is closed, wall clock; null while it is open
 */
public record WindowFacts(
        @Nullable Integer scale,
        @Nullable Long lastBytes,
        @Nullable Long leastBytes,
        @Nullable Long greatestBytes,
        long zeroWindows,
        long zeroWindowPeriods,
        long zeroWindowNanos,
        @Nullable Long closedSinceNanos) {}
