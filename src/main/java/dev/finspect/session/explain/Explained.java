package dev.finspect.session.explain;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.session.SessionFinding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finding in words.
 *
 * @param found the finding, and until when it was so
 * @param tense whether it holds now
 * @param sentence what a person can act on
 * @param contradictions what would contradict it
 * @param steps the next commands to run
 */
public record Explained(
        SessionFinding found,
        Tense tense,
        String sentence,
        List<String> contradictions,
        List<NextCommands.Step> steps) {
    /** The finding. */
    public Finding finding() {
        return found.finding();
    }

    /** Whether it is so now and a party is to blame. */
    public boolean hangs() {
        return found.hangs();
    }

    /** When it went away; null while it is so, and for what was found at the end. */
    public @Nullable Long untilEpochNanos() {
        return found.untilEpochNanos();
    }

    /** Whether something is wrong in it, though it may be over. */
    boolean accuses() {
        return finding().accuses();
    }
}
