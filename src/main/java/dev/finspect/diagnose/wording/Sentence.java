package dev.finspect.diagnose.wording;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Parties;
import dev.finspect.tcp.HumanUnits;

/** What was found, as one sentence that a person can act on. Pure: made of the finding and the parties alone. */
public final class Sentence {
    private Sentence() {}

    /** One sentence with its full stop; sensible also when a piece of evidence is missing. */
    public static String of(Finding finding, Parties parties) {
        return finding.id().label() + " for " + HumanUnits.spokenDuration(finding.lastedNanos()) + " (route "
                + parties.route() + ").";
    }
}
