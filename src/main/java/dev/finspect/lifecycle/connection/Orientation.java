package dev.finspect.lifecycle.connection;

/** How the originator was determined, from the most to the least certain. */
public enum Orientation {
    /** The caller specified it. */
    GIVEN("given"),
    /** It sent a SYN. */
    SYN("syn"),
    /** The other endpoint sent a SYN-ACK; the SYN was not captured. */
    SYN_ACK("syn_ack"),
    /** No handshake was captured; the other endpoint uses a service port. */
    SERVICE_PORT("service_port"),
    /** No handshake was captured; it sent the first captured segment. A guess. */
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
