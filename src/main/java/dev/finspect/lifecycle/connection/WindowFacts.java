package dev.finspect.lifecycle.connection;

import org.jspecify.annotations.Nullable;

/**
 * The receive window that one endpoint advertised. SYNs, FINs and RSTs do not open or close it.
 *
 * @param scale the shift in force, 0 if not negotiated; null if the handshake was not captured
 * @param lastBytes the last window, scaled; null if none was captured. An unknown shift counts as 0; the next likewise
 * @param leastBytes the smallest
 * @param greatestBytes the largest
 * @param zeroWindows segments with a window of 0
 * @param zeroWindowPeriods number of times it closed
 * @param zeroWindowNanos total time it was closed; a current period counts until the last segment
 * @param closedSinceNanos since when it is closed, wall clock; null if it is open
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
