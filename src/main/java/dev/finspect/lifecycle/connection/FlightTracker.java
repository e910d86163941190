package dev.finspect.lifecycle.connection;

import dev.finspect.wire.TcpSegment;

/** Tracks what an endpoint has in flight, since when, and its last segment. */
final class FlightTracker {
    private boolean waiting;
    private long sinceNanos;
    private long retransmits;
    private long probes;
    private boolean seen;
    private long lastAtNanos;
    private int leastTtl;
    private int greatestTtl;

    /**
     * Processes a segment of the endpoint that is no RST.
     *
     * @param isNew whether it contained anything that was not sent before
     * @param oldest whether it contains the oldest unacknowledged byte or FIN
     * @param probed whether it was a keep-alive or a zero-window probe
     */
    void sent(TcpSegment segment, StreamTracker stream, boolean isNew, boolean oldest, boolean probed) {
        int ttl = segment.ttl();
        leastTtl = seen ? Math.min(leastTtl, ttl) : ttl;
        greatestTtl = seen ? Math.max(greatestTtl, ttl) : ttl;
        lastAtNanos = seen ? Math.max(lastAtNanos, segment.atNanos()) : segment.atNanos();
        seen = true;
        boolean inFlight = stream.inFlight();
        if (inFlight && !waiting) {
            begin(segment.atNanos());
        } else if (probed && !inFlight) {
            probes++;
        } else if (waiting && !isNew && oldest) {
            retransmits++;
        }
    }

    /** Processes a segment with ACK of the other endpoint. */
    void answered(StreamTracker stream, boolean further, long atNanos) {
        probes = 0;
        if (further) {
            begin(atNanos);
        }
        waiting &= stream.inFlight();
    }

    private void begin(long atNanos) {
        waiting = true;
        sinceNanos = atNanos;
        retransmits = 0;
    }

    FlightFacts facts(StreamTracker stream) {
        return new FlightFacts(
                stream.unacknowledged(),
                waiting ? sinceNanos : null,
                waiting ? retransmits : 0,
                probes,
                seen ? lastAtNanos : null,
                leastTtl,
                greatestTtl);
    }
}
