package dev.finspect.diagnose;

/** How sure a finding is, blame included; the first is the surest. */
public enum Confidence {
    /** What was observed allows no other reading. */
    PROVED("proved"),
    /** Another reading exists, and is rare. */
    LIKELY("likely"),
    /** Another reading is as good; the finding says which. */
    POSSIBLE("possible");

    private final String label;

    Confidence(String label) {
        this.label = label;
    }

    /** The word for records and pages. */
    public String label() {
        return label;
    }
}
