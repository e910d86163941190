package dev.finspect.record;

/** How much of a leg's traffic was captured. */
public enum CaptureMode {
    /** SYN, FIN, RST, segments without payload, ICMP errors: no word on data, nor on what was sent again of it. */
    LIFECYCLE("lifecycle"),
    /** Every header. */
    HEADERS("headers"),
    /** Out of a capture file: what somebody had captured. */
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
