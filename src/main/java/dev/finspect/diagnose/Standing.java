package dev.finspect.diagnose;

/** What the facts say of an alternative reading of a finding. */
public enum Standing {
    /** A fact excludes it. */
    RULED_OUT("ruled_out"),
    /** No fact excludes it, and it happens seldom. */
    RARE("rare"),
    /** It is as good as the finding's own reading. */
    OPEN("open");

    private final String label;

    Standing(String label) {
        this.label = label;
    }

    /** The word for records and pages. */
    public String label() {
        return label;
    }
}
