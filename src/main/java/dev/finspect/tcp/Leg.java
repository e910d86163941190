package dev.finspect.tcp;

/** One of the two TCP connections of a session, and the peer at its far end. */
public enum Leg {
    /** The connection that the client opened to finspect. */
    CLIENT("client"),
    /** The connection that finspect opened to the service. */
    UPSTREAM("upstream");

    private final String label;

    Leg(String label) {
        this.label = label;
    }

    /** The other leg of the same session. */
    public Leg other() {
        return this == CLIENT ? UPSTREAM : CLIENT;
    }

    /** The word for records, labels and pages. */
    public String label() {
        return label;
    }
}
