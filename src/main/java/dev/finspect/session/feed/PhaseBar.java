package dev.finspect.session.feed;

import dev.finspect.diagnose.Blame;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long a session was in which phase, all turns together. {@link PhaseTimes} computes it.
 *
 * @param nanos in the order of the phases; those without any time are left out
 * @param now the one that grows; null of a session that is over
 */
public record PhaseBar(Map<Phase, Long> nanos, @Nullable Growing now) {
    /**
     * The phase that a living session is in.
     *
     * @param sinceEpochNanos wall clock, nanoseconds since the Unix epoch
     * @param owes who has the turn; null where nobody has, or that is not known
     */
    public record Growing(
            Phase phase, long sinceEpochNanos, @Nullable Blame owes) {}

    /** How long it was in this phase, nanoseconds. */
    public long nanos(Phase phase) {
        return nanos.getOrDefault(phase, 0L);
    }
}
