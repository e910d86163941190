package dev.finspect.diagnose;

/** Who owes the next step. */
public enum Blame {
    CLIENT("client"),
    UPSTREAM("upstream"),
    NETWORK_TO_CLIENT("network_to_client"),
    NETWORK_TO_UPSTREAM("network_to_upstream"),
    FINSPECT("finspect"),
    CONFIGURATION("configuration"),
    /** Nobody: what is so is no fault. */
    NOBODY("nobody");

    private final String label;

    Blame(String label) {
        this.label = label;
    }

    /** The word for records, labels and pages. */
    public String label() {
        return label;
    }
}
