package dev.finspect.metrics;

import java.time.Duration;
import java.util.Arrays;

/** Upper bounds of the histogram buckets, in seconds. */
enum Buckets {
    /** For meters other than histograms. */
    NONE(""),
    /**
     * Handshakes and connects. The pairs 0.9 and 1.1, 1.9 and 2.2, 2.9 and 3.3 enclose the delay of one, two and three lost
     * SYNs (1, 2, 3 s since Linux 6.5; 1, 3, 7 s before that and for SYN-ACKs).
     */
    CONNECT("0.0005 0.001 0.0025 0.005 0.01 0.025 0.1 0.25 0.9 1.1 1.9 2.2 2.9 3.3 7.5"),
    /** Whole sessions, from a request to a day. */
    SESSION("0.01 0.1 1 10 60 300 1800 3600 14400 86400"),
    /** Time until a peer's first byte. */
    FIRST_BYTE("0.001 0.005 0.025 0.1 0.25 1 2.5 10 60"),
    /** Time between the FINs of the two ends. */
    CLOSING("0.005 0.025 0.1 1 10 60 300 3600"),
    /** Delay that finspect adds. */
    RELAY("0.0001 0.0005 0.001 0.005 0.025 0.1 1"),
    /** How long one peer takes to answer the other: bounds of {@link dev.finspect.lifecycle.turn.DurationBuckets}. */
    TURN("0.0005 0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 50"),
    /** Round trips, from loopback to satellite. */
    ROUND_TRIP("0.0001 0.0005 0.001 0.005 0.01 0.025 0.05 0.1 0.25 1");

    private final String seconds;

    Buckets(String seconds) {
        this.seconds = seconds;
    }

    /** The bounds in seconds, separated by spaces. */
    String seconds() {
        return seconds;
    }

    /** The bounds for Micrometer. */
    Duration[] bounds() {
        return Arrays.stream(seconds.split(" ", -1))
                .map(s -> Duration.ofNanos(Math.round(Double.parseDouble(s) * 1e9)))
                .toArray(Duration[]::new);
    }
}
