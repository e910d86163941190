package dev.finspect.diagnose;

import dev.finspect.tcp.Leg;

/** Who owes the next step. */
public enum Blame {
    CLIENT("client"),
    UPSTREAM("upstream"),
    NETWORK_TO_CLIENT("network_to_client"),
    NETWORK_TO_UPSTREAM("network_to_upstream"),
    FINSPECT("finspect"),
    CONFIGURATION("configuration"),
    /** Nobody: nothing is wrong. */
    NOBODY("nobody");

    private final String label;

    Blame(String label) {
        this.label = label;
    }

    /** The peer of this leg. */
    public static Blame peer(Leg leg) {
        return leg == Leg.CLIENT ? CLIENT : UPSTREAM;
    }

    /** The network between finspect and the peer of this leg. */
    public static Blame networkTo(Leg leg) {
        return leg == Leg.CLIENT ? NETWORK_TO_CLIENT : NETWORK_TO_UPSTREAM;
    }

    /** The word for records, labels and pages. */
    public String label() {
        return label;
    }
}
