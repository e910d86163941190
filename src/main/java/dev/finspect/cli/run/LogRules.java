package dev.finspect.cli.run;

import dev.finspect.cli.config.Config;
import dev.finspect.log.LineRule;
import dev.finspect.session.filter.RecordFilter;

/** Makes the rule for the lines of the log from its settings. */
public final class LogRules {
    private LogRules() {}

    /** The rule of these settings, whose filter has been checked. */
    public static LineRule of(Config.Log.Lines lines) {
        if (lines.only().isEmpty()) {
            return LineRule.ALL;
        }
        try {
            return new LineRule(RecordFilter.of(lines.only().get()), lines.sample());
        } catch (RecordFilter.Misunderstood e) {
            throw new AssertionError("an unchecked filter: " + lines.only().get(), e);
        }
    }
}
