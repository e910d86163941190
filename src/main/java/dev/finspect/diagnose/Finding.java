package dev.finspect.diagnose;

import dev.finspect.tcp.Leg;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found in a session: who owes the next step, since when, and what proves it. Immutable.
 *
 * @param leg which leg it is about; null if it is about both or about finspect
 * @param sinceEpochNanos since when it is so, not since when it is known; wall clock, nanoseconds since the Unix epoch
 * @param untilEpochNanos up to when it was seen to be so: the snapshot's moment; same clock
 * @param evidence never empty
 * @param explained findings that were made as well and are only a consequence of this one
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
    /** A finding as its kind makes it; the diagnosis adds until when it was seen, and what it explains. */
    public Finding(
            FindingId id,
            Blame blame,
            Confidence confidence,
            @Nullable Leg leg,
            long sinceEpochNanos,
            List<Evidence> evidence) {
        this(id, blame, confidence, leg, sinceEpochNanos, sinceEpochNanos, List.copyOf(evidence), List.of());
    }

    /** The same, seen up to this moment and explaining these others. */
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

    /** How long it has lasted, nanoseconds. */
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

    /** Whether it is the same finding with other evidence: same id, leg and blame. */
    public boolean sameAs(Finding other) {
        return id.equals(other.id) && leg == other.leg() && blame == other.blame;
    }
}
