package dev.finspect.lifecycle.connection;

import dev.finspect.wire.TcpSegment;

/** Tracks what an endpoint has in flight, since when, and its last segment. */
final class FlightTracker {
    /** What a segment probes. */
    enum Probe {
        /** Nothing: it is none. */
        NOTHING,
        /** Whether the other endpoint is there: a keep-alive. */
        PEER,
        /** Whether the other endpoint's closed window has opened. */
        WINDOW
    }

    private final SizeTracker sizes = new SizeTracker();
    private boolean waiting;
    private long sinceNanos;
    private long retransmits;
    private long probes;
    private boolean windowProbed;
    private boolean windowFull;
    private long fullSinceNanos;
    private boolean seen;
    private long lastAtNanos;
    private int leastTtl;
    private int greatestTtl;

    /**
     * Processes a segment of the endpoint that is no RST.
     *
     * @param isNew whether it contained anything that was not sent before
     * @param oldest whether it contains the oldest unacknowledged byte or FIN
     * @param probe what it probes
     */
    void sent(TcpSegment segment, StreamTracker stream, boolean isNew, boolean oldest, Probe probe) {
        int ttl = segment.ttl();
        leastTtl = seen ? Math.min(leastTtl, ttl) : ttl;
        greatestTtl = seen ? Math.max(greatestTtl, ttl) : ttl;
        lastAtNanos = seen ? Math.max(lastAtNanos, segment.atNanos()) : segment.atNanos();
        seen = true;
        boolean inFlight = stream.inFlight();
        if (inFlight && !waiting) {
            begin(segment.atNanos());
        } else if (waiting && !isNew && oldest && probe != Probe.WINDOW) {
            retransmits++;
        }
        if (probe == Probe.WINDOW || (probe == Probe.PEER && !inFlight)) {
            probes++;
        }
        windowProbed |= probe == Probe.WINDOW;
        if (segment.payloadBytes() > 0 && probe == Probe.NOTHING) {
            sizes.sent(segment, stream, isNew, oldest);
        }
    }

    /** Compares what is in flight with the other endpoint's window, after a segment of either. */
    void compare(StreamTracker stream, WindowTracker window, long atNanos) {
        windowProbed &= window.closed();
        boolean full = Boolean.TRUE.equals(window.isFilledBy(stream.unacknowledged()));
        fullSinceNanos = windowFull ? fullSinceNanos : atNanos;
        windowFull = full;
    }

    /** Processes a segment with ACK of the other endpoint. */
    void answered(StreamTracker stream, boolean further, long atNanos) {
        probes = 0;
        if (further) {
            begin(atNanos);
            sizes.acknowledged(stream.acknowledgedNumber());
        }
        waiting &= stream.inFlight();
    }

    /** How large its segments are that arrive. */
    SizeTracker sizes() {
        return sizes;
    }

    private void begin(long atNanos) {
        waiting = true;
        sinceNanos = atNanos;
        retransmits = 0;
    }

    FlightFacts facts(StreamTracker stream, WindowTracker peerWindow) {
        return new FlightFacts(
                stream.unacknowledged(),
                waiting ? sinceNanos : null,
                waiting ? retransmits : 0,
                probes,
                seen ? lastAtNanos : null,
                new FlightFacts.PeerWindow(
                        windowProbed,
                        peerWindow.isFilledBy(stream.unacknowledged()),
                        windowFull ? (Long) fullSinceNanos : null),
                sizes.facts(stream),
                leastTtl,
                greatestTtl);
    }
}
