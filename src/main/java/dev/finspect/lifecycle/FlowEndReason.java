package dev.finspect.lifecycle;

/** Why a connection's facts were handed out. */
public enum FlowEndReason {
    /** It lives: a snapshot. */
    LIVING("living"),
    /** Both FINs or an RST passed, and then nothing for {@link TimeLimits#afterClose()}. */
    CLOSED("closed"),
    /** {@link TimeLimits#unanswered()} passed after a SYN that nobody answered. */
    UNANSWERED("unanswered"),
    /** {@link TimeLimits#idle()} passed without a segment. */
    IDLE("idle"),
    /** A new connection between the same ports took its place. */
    REUSED("reused"),
    /** Too many connections lived at once, and this one was silent for longest. */
    EVICTED("evicted"),
    /** The capture ended, or whoever fed the tracker said that it is over. */
    CAPTURE_ENDED("capture_ended");

    private final String label;

    FlowEndReason(String label) {
        this.label = label;
    }

    /** The word for records and pages. */
    public String label() {
        return label;
    }
}
