package dev.finspect.metrics;

import dev.finspect.record.LegClose;
import dev.finspect.tcp.Leg;
import org.jspecify.annotations.Nullable;

/** The end of a leg that is in TIME-WAIT. */
enum TimeWaitEnd {
    CLIENT("client"),
    UPSTREAM("upstream"),
    FINSPECT("finspect"),
    /** Neither end, after a reset. */
    NONE("none");

    private final String label;

    TimeWaitEnd(String label) {
        this.label = label;
    }

    /** The value of the label {@code holder}. */
    String label() {
        return label;
    }

    /**
     * The constant for a fact of a leg's record; null if the fact is not known. If both ends are in TIME-WAIT, finspect's end,
     * which occupies a local port.
     */
    static @Nullable TimeWaitEnd of(Leg leg, LegClose.@Nullable TimeWaitHolder holder) {
        if (holder == null) {
            return null;
        }
        return switch (holder) {
            case PEER -> leg == Leg.CLIENT ? CLIENT : UPSTREAM;
            case LOCAL, BOTH -> FINSPECT;
            case NONE -> NONE;
        };
    }
}
