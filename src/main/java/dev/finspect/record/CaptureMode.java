package dev.finspect.record;

/** How much of a leg's traffic was captured. */
public enum CaptureMode {
    /** SYN, FIN, RST, segments without payload, ICMP errors: nothing about data or its retransmissions. */
    LIFECYCLE("lifecycle"),
    /** Every header. */
    HEADERS("headers"),
    /** Read from a capture file: what the file contains. */
    FILE("file");

    private final String label;

    CaptureMode(String label) {
        this.label = label;
    }

    /** The word for records and the configuration. */
    public String label() {
        return label;
    }

    /** Whether segments with payload are captured, so that what concerns data can be counted. */
    public boolean seesData() {
        return this != LIFECYCLE;
    }
}
