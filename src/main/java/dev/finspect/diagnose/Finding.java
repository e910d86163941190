package dev.finspect.diagnose;

import dev.finspect.tcp.Leg;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rule found: who owes the next step, since when, and what proves it. Immutable.
 *
 * @param leg where it is; null where it is about both legs or about finspect
 * @param sinceEpochNanos since when it is so, not since when it is known; wall clock, nanoseconds since the Unix epoch
 * @param evidence never empty
 * @param explained findings that were found as well and are no more than a consequence of this one
 */
public record Finding(
        FindingId id,
        Blame blame,
        Confidence confidence,
        @Nullable Leg leg,
        long sinceEpochNanos,
        List<Evidence> evidence,
        List<FindingId> explained) {
    /** One that explains no other so far. */
    public Finding(
            FindingId id,
            Blame blame,
            Confidence confidence,
            @Nullable Leg leg,
            long sinceEpochNanos,
            List<Evidence> evidence) {
        this(id, blame, confidence, leg, sinceEpochNanos, List.copyOf(evidence), List.of());
    }

    /** Whether it is the same finding as before, though its evidence may have grown: same id, leg and blame. */
    public boolean sameAs(Finding other) {
        return id == other.id && leg == other.leg && blame == other.blame;
    }
}
