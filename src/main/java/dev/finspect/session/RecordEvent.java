package dev.finspect.session;

/** What a record is made for; the first word of every line. */
public enum RecordEvent {
    /** Both legs are over, or the one connection of a capture is: the whole record. */
    CLOSED("session.closed"),
    /** It lives on, or nobody saw its end: the record so far. */
    PROGRESS("session.progress"),
    /** It lives on, and something about it hangs from now on: the finding, and the record so far. */
    HUNG("session.hung"),
    /** It lives on, and what hung goes on: the finding that went away, and the record so far. */
    RECOVERED("session.recovered"),
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
