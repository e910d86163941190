package dev.finspect.record;

/** How much of a leg's traffic was captured. */
public enum CaptureMode {
    /** SYN, FIN, RST, segments without payload, ICMP errors: nothing about data or its retransmissions. */
    LIFECYCLE("lifecycle"),
    /** Every header. */
    HEADERS("headers"),
    /** Read from a capture file: what the file contains. */
    FILE("file"),
    /** Every header, seen live beside a connection that finspect is no end of. */
    WATCHED("watched");

    private final String label;

    CaptureMode(String label) {
        this.label = label;
    }

    /** The word for records and the configuration. */
    public String label() {
        return label;
    }

    /** Whether finspect is no end of the connection: each of its two ends is a peer, and nothing but segments shows them. */
    public boolean passive() {
        return this == FILE || this == WATCHED;
    }

    /** Whether segments with payload are captured, so that what concerns data can be counted. */
    public boolean seesData() {
        return this != LIFECYCLE;
    }
}
