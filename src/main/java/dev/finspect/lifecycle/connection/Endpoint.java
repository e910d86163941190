package dev.finspect.lifecycle.connection;

/** One of the two endpoints of a connection. */
public enum Endpoint {
    /** The endpoint that opened the connection, as {@link Orientation} determined it. */
    ORIGINATOR("originator"),
    RESPONDER("responder");

    private final String label;

    Endpoint(String label) {
        this.label = label;
    }

    /** The other endpoint. */
    public Endpoint other() {
        return this == ORIGINATOR ? RESPONDER : ORIGINATOR;
    }

    /** The word for records and pages. */
    public String label() {
        return label;
    }
}
