package dev.finspect.session.watch;

import dev.finspect.diagnose.Thresholds;

/**
 * How the sessions of a route are diagnosed.
 *
 * @param enabled whether they are at all
 * @param thresholds from when on a state counts as hung
 */
public record DiagnosisSettings(boolean enabled, Thresholds thresholds) {
    /** On, with thresholds meant for production. */
    public static final DiagnosisSettings STANDARD = new DiagnosisSettings(true, Thresholds.STANDARD);

    /** Off. */
    public static final DiagnosisSettings OFF = new DiagnosisSettings(false, Thresholds.STANDARD);
}
