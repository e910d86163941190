package dev.finspect.diagnose.catalogue;

import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;

/**
 * One finding that is only a consequence of another, so that only the other is reported.
 *
 * @param winner the finding that explains
 * @param loser the finding that is explained
 * @param scope for which pairs it holds
 * @param reason why, in words
 */
public record Overlap(FindingId winner, FindingId loser, Scope scope, String reason) {
    /** For which pairs of findings an overlap holds. */
    public enum Scope {
        ANY_LEG,
        /** Both findings are about the same leg. */
        SAME_LEG
    }

    /** Whether the first finding explains the second. A hang that is only possible hides none that is surer. */
    boolean holds(Finding first, Finding second) {
        boolean surer = first.hang() == Confidence.POSSIBLE && second.hang() != Confidence.POSSIBLE;
        return !surer && (scope == Scope.ANY_LEG || first.leg() == second.leg());
    }
}
