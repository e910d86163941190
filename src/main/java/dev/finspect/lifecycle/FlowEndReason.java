package dev.finspect.lifecycle;

/** Why a connection was reported (compare IPFIX flowEndReason, RFC 7270). */
public enum FlowEndReason {
    /** It has not ended: a snapshot. */
    LIVING("living"),
    /** Both FINs or an RST were seen, and then no segment for {@link TimeLimits#afterClose()}. */
    CLOSED("closed"),
    /** {@link TimeLimits#unanswered()} passed after a SYN without an answer. */
    UNANSWERED("unanswered"),
    /** {@link TimeLimits#idle()} passed without a segment. */
    IDLE("idle"),
    /** A new connection between the same ports replaced it. */
    REUSED("reused"),
    /** There were too many connections, and this one had been silent for longest. */
    EVICTED("evicted"),
    /** The capture ended, or the caller ended the tracking. */
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
