package dev.finspect.diagnose.wording;

import dev.finspect.diagnose.Finding;
import java.util.List;

/** What would contradict a finding, were it seen. Pure. */
public final class Contradictions {
    private Contradictions() {}

    /** Each a clause that says what one would see if the finding were wrong; the first is the likeliest. */
    public static List<String> of(Finding finding) {
        return List.of("Anything that contradicts " + finding.id().label() + ".");
    }
}
