package dev.finspect.wire.filter;

/** How much of a route's traffic is captured, never more than headers. Each mode includes the one before it. */
public enum FilterMode {
    /** Nothing. */
    OFF("off"),
    /** SYN, FIN, RST, segments without payload, and ICMP errors that quote a segment. */
    LIFECYCLE("lifecycle"),
    /** The headers of every segment, and those ICMP errors. */
    HEADERS("headers");

    private final String label;

    FilterMode(String label) {
        this.label = label;
    }

    /** The word of configuration and records. */
    public String label() {
        return label;
    }
}
