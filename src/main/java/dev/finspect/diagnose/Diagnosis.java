package dev.finspect.diagnose;

import java.util.ArrayList;
import java.util.List;

/** Asks every rule about a snapshot. Pure. */
public final class Diagnosis {
    private Diagnosis() {}

    /** What is found, those that blame somebody first; a finding that another one explains is named there and left out. */
    public static List<Finding> of(Snapshot snapshot) {
        List<Finding> found = new ArrayList<>(2);
        for (Rule rule : Catalogue.RULES) {
            rule.examine(snapshot).ifPresent(found::add);
        }
        return List.copyOf(found);
    }
}
