package dev.finspect.metrics;

import dev.finspect.tcp.Leg;

/** Which end of a leg keeps the connection in TIME-WAIT. */
enum TimeWaitHolder {
    CLIENT("client"),
    UPSTREAM("upstream"),
    FINSPECT("finspect"),
    /** A reset left it with neither end. */
    NONE("none");

    private final String label;

    TimeWaitHolder(String label) {
        this.label = label;
    }

    /** The word for the label {@code holder}. */
    String label() {
        return label;
    }

    /** The constant for the word of a leg's record: {@code peer}, {@code local}, {@code none}; of
     * {@code both}, the end that costs this host a port. */
    static TimeWaitHolder of(Leg leg, String holder) {
        return switch (holder) {
            case "peer" -> leg == Leg.CLIENT ? CLIENT : UPSTREAM;
            case "local", "both" -> FINSPECT;
            default -> NONE;
        };
    }
}
