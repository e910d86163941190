package dev.finspect.lifecycle.connection;

import org.jspecify.annotations.Nullable;

/**
 * What an endpoint had in flight at the last segment. Times are wall-clock nanoseconds since the Unix epoch.
 *
 * @param unacknowledged how much of its stream the other end had not acknowledged: bytes, and 1 for a FIN
 * @param sinceNanos since when, without any progress of the acknowledgements; null when nothing was in flight
 * @param retransmits how often the oldest that is not acknowledged was sent again since then
 * @param probes keep-alives and zero-window probes in a row without a segment of the other end
 * @param lastSegmentAtNanos its last segment of any kind but RST; null without one
 * @param leastTtl lowest time to live seen, RSTs left out; 0 without a segment; the next likewise
 * @param greatestTtl highest
 */
public record FlightFacts(
        long unacknowledged,
        @Nullable Long sinceNanos,
        long retransmits,
        long probes,
        @Nullable Long lastSegmentAtNanos,
        int leastTtl,
        int greatestTtl) {}
