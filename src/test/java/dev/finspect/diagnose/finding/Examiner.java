package dev.finspect.diagnose.finding;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.LegFindingKind;
import dev.finspect.tcp.Leg;
import java.util.Optional;
import java.util.function.Function;

/** A kind of finding that is asked for at most one finding: of the session, or of one leg. */
record Examiner(String name, Function<Snapshot, Optional<Finding>> examination) {
    static Examiner of(FindingKind kind) {
        return new Examiner(
                kind.toString(), snapshot -> kind.examine(snapshot).stream().findFirst());
    }

    static Examiner of(LegFindingKind kind, Leg leg) {
        return new Examiner(
                kind + " of " + leg.label(),
                snapshot -> kind.examine(snapshot).stream()
                        .filter(finding -> finding.leg() == leg)
                        .findFirst());
    }

    Optional<Finding> examine(Snapshot snapshot) {
        return examination.apply(snapshot);
    }
}
