package dev.finspect.diagnose;

import java.util.Optional;

/** Looks for one row of the catalogue in a snapshot. Pure: no clock, no state, the same answer to the same snapshot. */
@FunctionalInterface
public interface Rule {
    /** What it found; empty when it is not so, or not for long enough. Never throws. */
    Optional<Finding> examine(Snapshot snapshot);
}
