package dev.finspect.diagnose;

import dev.finspect.diagnose.catalogue.Diagnosis;
import dev.finspect.tcp.Leg;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rule found: who owes the next step, since when, and what proves it. Immutable.
 *
 * @param leg where it is; null where it is about both legs or about finspect
 * @param sinceEpochNanos since when it is so, not since when it is known; wall clock, nanoseconds since the Unix epoch
 * @param untilEpochNanos up to when it was seen to be so: the snapshot's moment; same clock
 * @param evidence never empty
 * @param explained findings that were found as well and are no more than a consequence of this one
 */
public record Finding(
        FindingId id,
        Blame blame,
        Confidence confidence,
        @Nullable Leg leg,
        long sinceEpochNanos,
        long untilEpochNanos,
        List<Evidence> evidence,
        List<FindingId> explained) {
    /** One that explains no other so far, as a rule makes it; {@link Diagnosis} adds until when it was seen. */
    public Finding(
            FindingId id,
            Blame blame,
            Confidence confidence,
            @Nullable Leg leg,
            long sinceEpochNanos,
            List<Evidence> evidence) {
        this(id, blame, confidence, leg, sinceEpochNanos, sinceEpochNanos, List.copyOf(evidence), List.of());
    }

    /** The same, seen at this moment and explaining these others. */
    public Finding seenAt(long atEpochNanos, List<FindingId> others) {
        return new Finding(
                id,
                blame,
                confidence,
                leg,
                sinceEpochNanos,
                Math.max(sinceEpochNanos, atEpochNanos),
                evidence,
                List.copyOf(others));
    }

    /** For how long it has been so, nanoseconds. */
    public long lastedNanos() {
        return untilEpochNanos - sinceEpochNanos;
    }

    /** The first piece of evidence of this kind; null without one. */
    public @Nullable Evidence first(Clue clue) {
        for (Evidence piece : evidence) {
            if (piece.clue() == clue) {
                return piece;
            }
        }
        return null;
    }

    /** Whether it is the same finding as before, though its evidence may have grown: same id, leg and blame. */
    public boolean sameAs(Finding other) {
        return id.equals(other.id) && leg == other.leg && blame == other.blame;
    }
}
