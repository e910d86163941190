package dev.finspect.session;

/** What a record is made for; the first word of every line. */
public enum RecordEvent {
    /** Both legs are over, or the one connection of a capture is: the whole record. */
    CLOSED("session.closed"),
    /** The session lives on, or its end was not observed: the record so far. */
    PROGRESS("session.progress"),
    /** The session lives on, and something in it hangs from now on: the finding, and the record so far. */
    HUNG("session.hung"),
    /** The session lives on, and a finding has cleared: that finding, and the record so far. */
    RECOVERED("session.recovered"),
    /** A handshake was captured and never completed. */
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
