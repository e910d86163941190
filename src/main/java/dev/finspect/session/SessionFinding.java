package dev.finspect.session;

import dev.finspect.diagnose.Finding;
import org.jspecify.annotations.Nullable;

/**
 * A finding as a record has it.
 *
 * @param untilEpochNanos when it went away, or the session ended while it was so: wall clock, nanoseconds since the Unix
 *     epoch; null while it is so, and for what was found at the end
 * @param atEnd whether it says how the session ended; false for what was found while it lived
 */
public record SessionFinding(Finding finding, @Nullable Long untilEpochNanos, boolean atEnd) {
    /** Whether it hangs now and a party is to blame. */
    public boolean hangs() {
        return untilEpochNanos == null && !atEnd && finding.accuses();
    }
}
