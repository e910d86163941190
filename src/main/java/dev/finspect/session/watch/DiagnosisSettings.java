package dev.finspect.session.watch;

import dev.finspect.diagnose.Expectation;
import dev.finspect.diagnose.Thresholds;

/**
 * How the sessions of a route are diagnosed.
 *
 * @param enabled whether they are at all
 * @param thresholds from when on a state counts as hung
 * @param answers whether their clients expect answers
 */
public record DiagnosisSettings(boolean enabled, Thresholds thresholds, Expectation answers) {
    /** On, with thresholds meant for production. */
    public static final DiagnosisSettings STANDARD = new DiagnosisSettings(true, Thresholds.STANDARD);

    /** Off. */
    public static final DiagnosisSettings OFF = new DiagnosisSettings(false, Thresholds.STANDARD);

    /** Whether answers are expected is learnt. */
    public DiagnosisSettings(boolean enabled, Thresholds thresholds) {
        this(enabled, thresholds, Expectation.LEARN);
    }

    /** The same with this expectation. */
    public DiagnosisSettings with(Expectation expectation) {
        return new DiagnosisSettings(enabled, thresholds, expectation);
    }
}
