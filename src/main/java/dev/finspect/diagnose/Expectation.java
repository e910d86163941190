package dev.finspect.diagnose;

/** Whether a route's clients expect answers to what they send, by its configuration. */
public enum Expectation {
    /** Each word of a client is answered: one that is not hangs. */
    EXPECTED("expected"),
    /** The service has no answers, or few: silence is no sign of anything. */
    NOT_EXPECTED("not-expected"),
    /** Not said: what the route's sessions showed so far decides. */
    LEARN("learn");

    private final String label;

    Expectation(String label) {
        this.label = label;
    }

    /** The word of the configuration. */
    public String label() {
        return label;
    }
}
