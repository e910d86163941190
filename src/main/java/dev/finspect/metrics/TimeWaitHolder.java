package dev.finspect.metrics;

import dev.finspect.record.LegClose;
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

    /** The constant for what a leg's record has; of both ends, the one that costs this host a port. */
    static TimeWaitHolder of(Leg leg, LegClose.TimeWaitHolder holder) {
        return switch (holder) {
            case PEER -> leg == Leg.CLIENT ? CLIENT : UPSTREAM;
            case LOCAL, BOTH -> FINSPECT;
            case NONE -> NONE;
        };
    }
}
