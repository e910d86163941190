package dev.finspect.diagnose.catalogue;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Snapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Examines a snapshot for every kind of finding. Pure. */
public final class Diagnosis {
    private final Catalogue catalogue;
    /** Those that blame somebody first; then the surest hang, the surest sentence, the oldest, in the catalogue's order; client before upstream leg. */
    private final Comparator<Finding> worstFirst;

    private Diagnosis(Catalogue catalogue) {
        this.catalogue = catalogue;
        this.worstFirst = Comparator.<Finding, Boolean>comparing(finding -> !finding.accuses())
                .thenComparing(Finding::hang)
                .thenComparing(Finding::confidence)
                .thenComparingLong(Finding::sinceEpochNanos)
                .thenComparing(Finding::id, catalogue.order())
                .thenComparing(Finding::leg, Comparator.nullsFirst(Comparator.naturalOrder()));
    }

    /** With the kinds of this catalogue. */
    public static Diagnosis with(Catalogue catalogue) {
        return new Diagnosis(catalogue);
    }

    /**
     * What is found, those that blame somebody first. A finding that another one explains is left out, and named in {@link
     * Finding#explained()}.
     */
    public static List<Finding> of(Snapshot snapshot) {
        return Standard.DIAGNOSIS.examine(snapshot);
    }

    /** The same, with the kinds of this diagnosis. */
    public List<Finding> examine(Snapshot snapshot) {
        List<Finding> found = new ArrayList<>(2);
        for (FindingKind kind : catalogue.kinds()) {
            found.addAll(kind.examine(snapshot));
        }
        return found.isEmpty() ? List.of() : reported(found, snapshot.nowEpochNanos());
    }

    /** Which of these findings are reported, at this moment, and in which order. */
    List<Finding> reported(List<Finding> found, long atEpochNanos) {
        List<Finding> reported = new ArrayList<>(found.size());
        for (Finding finding : found) {
            if (!isExplained(finding, found)) {
                Set<FindingId> others = new HashSet<>();
                explain(finding, found, others);
                reported.add(finding.seenAt(
                        atEpochNanos, others.stream().sorted(catalogue.order()).toList()));
            }
        }
        reported.sort(worstFirst);
        return List.copyOf(reported);
    }

    private boolean isExplained(Finding finding, List<Finding> found) {
        boolean yields = catalogue.kind(finding.id()).yieldsToAll();
        for (Finding other : found) {
            boolean givesWay = yields && !catalogue.kind(other.id()).yieldsToAll();
            if (givesWay || catalogue.explains(other, finding)) {
                return true;
            }
        }
        return false;
    }

    /** Adds what a finding explains, and what that explains in turn. */
    private void explain(Finding winner, List<Finding> found, Set<FindingId> others) {
        for (Finding loser : found) {
            if (catalogue.explains(winner, loser) && others.add(loser.id())) {
                explain(loser, found, others);
            }
        }
    }

    private static final class Standard {
        private static final Diagnosis DIAGNOSIS = new Diagnosis(Catalogue.standard());
    }
}
