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
 * @param peerWindow what it does with the other endpoint's window
 * @param sizes how large its segments were that arrived, and those that did not
 * @param leastTtl lowest time to live, without RSTs; 0 without a segment; the next likewise
 * @param greatestTtl highest
 */
public record FlightFacts(
        long unacknowledged,
        @Nullable Long sinceNanos,
        long retransmits,
        long probes,
        @Nullable Long lastSegmentAtNanos,
        PeerWindow peerWindow,
        SizeFacts sizes,
        int leastTtl,
        int greatestTtl) {

    /**
     * What the endpoint does with the other endpoint's window.
     *
     * @param probed whether it has probed that window since it closed: it has more to send
     * @param full whether what is in flight fills the window that was announced last, so that nothing more may be sent; null where
     *     no window was captured, or its scale is not known and leaves both open
     * @param fullSinceNanos since when it does; null unless it does
     */
    public record PeerWindow(
            boolean probed,
            @Nullable Boolean full,
            @Nullable Long fullSinceNanos) {}
}
