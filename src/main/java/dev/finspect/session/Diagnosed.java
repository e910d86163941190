package dev.finspect.session;

import dev.finspect.diagnose.Finding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the rules found of a session.
 *
 * @param about what a {@code session.hung} or {@code session.recovered} line is written for; null in other records
 * @param findings first those that have cleared, in the order in which they cleared; then those that hold now or were found at
 *     the end
 * @param omitted how many earlier findings are not kept
 * @param unreportedChanges how many times a finding came or went without a line of its own, since there were too many
 */
public record Diagnosed(
        @Nullable SessionFinding about, List<SessionFinding> findings, int omitted, int unreportedChanges) {
    /** The rules looked, and found nothing. */
    public static final Diagnosed NOTHING = of(List.of());

    /** Only these. */
    public static Diagnosed of(List<SessionFinding> findings) {
        return new Diagnosed(null, List.copyOf(findings), 0, 0);
    }

    /** The same, for a line about the finding that is the same as this. */
    Diagnosed about(Finding finding) {
        SessionFinding same = new SessionFinding(finding, null, false);
        for (SessionFinding one : findings) {
            if (one.finding().sameAs(finding)) {
                same = one;
            }
        }
        return new Diagnosed(same, findings, omitted, unreportedChanges);
    }

    /** Whether any finding of the session, past or present, blames a party. */
    public boolean blamed() {
        for (SessionFinding each : findings) {
            if (each.finding().accuses()) {
                return true;
            }
        }
        return false;
    }

    /** Whether something hangs now and a party is to blame. */
    public boolean hangs() {
        for (SessionFinding finding : findings) {
            if (finding.hangs()) {
                return true;
            }
        }
        return false;
    }
}
