package dev.finspect.lifecycle.connection;

import dev.finspect.wire.TcpSegment;

/** What an endpoint has in flight, since when, and when it was last heard of. */
final class FlightTracker {
    private boolean waiting;
    private long sinceNanos;
    private long retransmits;
    private long probes;
    private boolean heard;
    private long lastAtNanos;
    private int leastTtl;
    private int greatestTtl;

    /**
     * The endpoint sent a segment that is no RST.
     *
     * @param advanced whether it brought what had not been sent before
     * @param oldest whether it is or has the oldest that is not acknowledged
     * @param probed whether it was a keep-alive or a zero-window probe
     */
    void sent(TcpSegment segment, StreamTracker stream, boolean advanced, boolean oldest, boolean probed) {
        int ttl = segment.ttl();
        leastTtl = heard ? Math.min(leastTtl, ttl) : ttl;
        greatestTtl = heard ? Math.max(greatestTtl, ttl) : ttl;
        lastAtNanos = heard ? Math.max(lastAtNanos, segment.atNanos()) : segment.atNanos();
        heard = true;
        boolean inFlight = stream.inFlight();
        if (inFlight && !waiting) {
            begin(segment.atNanos());
        } else if (probed && !inFlight) {
            probes++;
        } else if (waiting && !advanced && oldest) {
            retransmits++;
        }
    }

    /** The other end sent a segment with ACK. */
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
                heard ? lastAtNanos : null,
                leastTtl,
                greatestTtl);
    }
}
