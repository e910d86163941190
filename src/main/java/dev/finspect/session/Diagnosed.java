package dev.finspect.session;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Finding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the rules found of a session.
 *
 * @param about what a {@code session.hung} or {@code session.recovered} line is written for; null in other records
 * @param findings what is so now or was found at the end, and before it what was so while the session lived, in the order in
 *     which it went away
 * @param omitted how many earlier ones there were of which nothing is kept
 * @param untoldChanges how many times a finding came or went without a line of its own, since there were too many
 */
public record Diagnosed(@Nullable SessionFinding about, List<SessionFinding> findings, int omitted, int untoldChanges) {
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
        return new Diagnosed(same, findings, omitted, untoldChanges);
    }

    /** Whether anything was found, at any time, for which somebody is to blame. */
    public boolean blamed() {
        for (SessionFinding each : findings) {
            if (each.finding().blame() != Blame.NOBODY) {
                return true;
            }
        }
        return false;
    }

    /** Whether something hangs now, and somebody is to blame. */
    public boolean hangs() {
        for (SessionFinding finding : findings) {
            if (finding.hangs()) {
                return true;
            }
        }
        return false;
    }
}
