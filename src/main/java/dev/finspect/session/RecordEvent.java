package dev.finspect.session;

/** What a record is made for; the first word of every line. */
public enum RecordEvent {
    /** Both legs are over, or the one connection of a capture is: the whole record. */
    CLOSED("session.closed"),
    /** It lives on, or nobody saw its end: the record so far. */
    PROGRESS("session.progress"),
    /** A handshake was seen on the wire and never completed. */
    ATTEMPT_FAILED("attempt.failed");

    private final String label;

    RecordEvent(String label) {
        this.label = label;
    }

    /** The word for records. */
    public String label() {
        return label;
    }
}
