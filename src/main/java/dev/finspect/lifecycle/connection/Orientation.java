package dev.finspect.lifecycle.connection;

/** What tells which endpoint is the originator, from the surest to the weakest. */
public enum Orientation {
    /** The caller knew. */
    GIVEN("given"),
    /** It sent a SYN. */
    SYN("syn"),
    /** The other one sent a SYN-ACK; the SYN before it was not captured. */
    SYN_ACK("syn_ack"),
    /** First seen in the middle; the other one speaks from a port on which services listen. */
    SERVICE_PORT("service_port"),
    /** First seen in the middle; it sent the first segment that was captured. A guess. */
    FIRST_SEGMENT("first_segment");

    private final String label;

    Orientation(String label) {
        this.label = label;
    }

    /** The word for records and pages. */
    public String label() {
        return label;
    }
}
