package dev.finspect.lifecycle.connection;

import org.jspecify.annotations.Nullable;

/**
 * What an endpoint had in flight at the last segment of the connection. Times are wall-clock nanoseconds since the Unix epoch.
 *
 * @param unacknowledged unacknowledged part of its stream: bytes, and 1 for a FIN
 * @param sinceNanos since when no acknowledgment advanced; null if nothing was in flight
 * @param retransmits retransmissions of the oldest unacknowledged byte since then
 * @param probes consecutive keep-alives and zero-window probes without a segment of the other endpoint
 * @param lastSegmentAtNanos time of its last segment other than an RST; null if there is none
 * @param leastTtl lowest time to live, without RSTs; 0 without a segment; the next likewise
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
