package dev.finspect.record;

/** How a session ended, in one word. */
public enum Outcome {
    /** Both peers closed with a FIN and all bytes were handed over. */
    CLEAN("clean"),
    /** A peer reset its connection. */
    RESET("reset"),
    /** A time-out of finspect, or of TCP itself (ETIMEDOUT), ended it. */
    TIMED_OUT("timed_out"),
    /** No upstream could be reached. */
    CONNECT_FAILED("connect_failed"),
    /** Client network refused, or session limit. */
    REFUSED_BY_POLICY("refused_by_policy"),
    /** finspect ended it for another reason of its own: shutdown, internal error. */
    PROXY("proxy");

    private final String label;

    Outcome(String label) {
        this.label = label;
    }

    /** The word for records and labels. */
    public String label() {
        return label;
    }
}
