package dev.finspect.session.explain;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.words.NextCommands;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finding in words.
 *
 * @param hangs whether it is so now and a party is to blame
 * @param untilEpochNanos when it went away; null while it is so, and for what was found at the end
 * @param sentence what a person can act on
 * @param contradictions what would contradict it
 * @param steps the next commands to run
 */
public record Explained(
        Finding finding,
        boolean hangs,
        @Nullable Long untilEpochNanos,
        String sentence,
        List<String> contradictions,
        List<NextCommands.Step> steps) {}
