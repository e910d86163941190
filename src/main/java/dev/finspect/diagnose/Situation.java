package dev.finspect.diagnose;

import dev.finspect.tcp.Leg;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rule sees in a session, before other readings of the same facts are tested. Immutable.
 *
 * @param own who is to blame if the rule's own reading is right
 * @param leg which leg it is about; null if it is about both or about finspect
 * @param sinceEpochNanos since when it is so; wall clock, nanoseconds since the Unix epoch
 * @param eventEpochNanos the moment that is judged, such as the last bytes sent: what was seen before it proves nothing; same
 *     clock
 * @param evidence never empty
 */
public record Situation(
        Blame own, @Nullable Leg leg, long sinceEpochNanos, long eventEpochNanos, List<Evidence> evidence) {
    /** One that is judged by its beginning. */
    public Situation(Blame own, @Nullable Leg leg, long sinceEpochNanos, List<Evidence> evidence) {
        this(own, leg, sinceEpochNanos, sinceEpochNanos, evidence);
    }

    /** Whether its own reading blames the network between finspect and the peer. */
    public boolean isByTheWay() {
        return own == Blame.networkTo(oneLeg());
    }

    /** The leg that it is about; the upstream's where it is about both. */
    public Leg oneLeg() {
        return leg == null ? Leg.UPSTREAM : leg;
    }
}
