package dev.finspect.diagnose;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Asks every rule about a snapshot. Pure. */
public final class Diagnosis {
    /** Who blames somebody first; then the surest, the oldest, and the order of the catalogue; the client's leg before the upstream's. */
    private static final Comparator<Finding> WORST_FIRST = Comparator.<Finding, Boolean>comparing(
                    finding -> finding.blame() == Blame.NOBODY)
            .thenComparing(Finding::confidence)
            .thenComparingLong(Finding::sinceEpochNanos)
            .thenComparing(Finding::id)
            .thenComparing(Finding::leg, Comparator.nullsFirst(Comparator.naturalOrder()));

    private Diagnosis() {}

    /** What is found, those that blame somebody first; a finding that another one explains is named there and left out. */
    public static List<Finding> of(Snapshot snapshot) {
        List<Finding> found = new ArrayList<>(2);
        for (Rule rule : Catalogue.RULES) {
            rule.examine(snapshot).ifPresent(found::add);
        }
        return found.isEmpty() ? List.of() : told(found, snapshot.nowEpochNanos());
    }

    /** Which of these findings are told, at this moment, and in which order. */
    static List<Finding> told(List<Finding> found, long atEpochNanos) {
        List<Finding> told = new ArrayList<>(found.size());
        for (Finding finding : found) {
            if (!isExplained(finding, found)) {
                Set<FindingId> others = EnumSet.noneOf(FindingId.class);
                explain(finding, found, others);
                told.add(finding.seenAt(atEpochNanos, List.copyOf(others)));
            }
        }
        told.sort(WORST_FIRST);
        return List.copyOf(told);
    }

    /** Rest is told only where nothing else is so: it is the absence of a finding, and nobody wants it explained. */
    private static boolean isExplained(Finding finding, List<Finding> found) {
        if (finding.id() == FindingId.IDLE) {
            return found.size() > 1;
        }
        for (Finding other : found) {
            if (Overlap.explains(other, finding)) {
                return true;
            }
        }
        return false;
    }

    /** What a finding explains, and what that explains in turn. */
    private static void explain(Finding winner, List<Finding> found, Set<FindingId> others) {
        for (Finding loser : found) {
            if (Overlap.explains(winner, loser) && others.add(loser.id())) {
                explain(loser, found, others);
            }
        }
    }
}
