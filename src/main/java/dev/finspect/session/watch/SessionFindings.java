package dev.finspect.session.watch;

import dev.finspect.diagnose.Finding;
import dev.finspect.session.SessionFinding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The findings of one living session, standing and cleared; created at the first finding. Bounded: a session whose findings
 * appear and clear often keeps the last of them and counts the rest. Confined to the session's event loop
 * until it has ended.
 */
public final class SessionFindings {
    /** How many cleared findings are kept. */
    static final int MOST_PAST = 8;

    /** How many lines about findings a session may write in {@link #WINDOW_NANOS}. */
    static final int MOST_LINES = 6;

    static final long WINDOW_NANOS = 60_000_000_000L;

    private final List<Finding> standing = new ArrayList<>(1);
    private final List<SessionFinding> past = new ArrayList<>(0);
    /** Those of which a line has said that they hang, and none that they went away. */
    private final List<Finding> reported = new ArrayList<>(1);

    private @Nullable Finding worst;

    private int omitted;
    private int unreported;
    private int lines;
    private long windowBeganNanos;

    /** Those that are so. */
    public List<Finding> standing() {
        return standing;
    }

    /** The one that stands for the session; null where none blames a party. */
    @Nullable
    public Finding worst() {
        return worst;
    }

    /** From now on this one stands for the session. */
    public void worst(@Nullable Finding now) {
        worst = now;
    }

    /** The one that is the same as this, as it was when it was looked at last; null when there is none. */
    @Nullable
    public Finding same(Finding finding) {
        return same(standing, finding);
    }

    /** The one of these that is the same. */
    public static @Nullable Finding same(List<Finding> some, Finding finding) {
        for (Finding one : some) {
            if (one.sameAs(finding)) {
                return one;
            }
        }
        return null;
    }

    /** Whether a standing finding blames a party. */
    public boolean blame() {
        for (Finding finding : standing) {
            if (finding.accuses()) {
                return true;
            }
        }
        return false;
    }

    /** Whether it was found while the session lived, and was so until this moment. */
    public boolean stoodUntil(Finding finding, long endedAtEpochNanos) {
        for (SessionFinding one : past) {
            Long until = one.untilEpochNanos();
            if (one.finding().sameAs(finding) && until != null && until == endedAtEpochNanos) {
                return true;
            }
        }
        return false;
    }

    /** It is so, or it is so still and its evidence may have grown. */
    public void stands(Finding finding) {
        standing.removeIf(finding::sameAs);
        standing.add(finding);
    }

    /** It went away, or the session ended. */
    public void cleared(Finding finding, long atEpochNanos) {
        standing.removeIf(finding::sameAs);
        if (past.size() == MOST_PAST) {
            past.remove(0);
            omitted++;
        }
        past.add(new SessionFinding(finding, atEpochNanos, false));
    }

    /**
     * Whether a line may report that it hangs; counts the finding where it may not. Where it may, room is kept for the line
     * that reports its end, so that both lines are written.
     */
    public boolean mayReportHang(Finding finding, long nowNanos) {
        if (room(nowNanos)) {
            reportedNow(finding);
            return true;
        }
        unreported++;
        return false;
    }

    /** The same for one that stands and had no line when it came, since there were too many then. */
    public boolean mayReportHangLate(Finding finding, long nowNanos) {
        if (same(reported, finding) != null || !room(nowNanos)) {
            return false;
        }
        unreported--;
        reportedNow(finding);
        return true;
    }

    /** Whether it may have a line that says that it went away: always when there was one that it hangs, else never. */
    public boolean mayReportRecovery(Finding finding, long nowNanos) {
        room(nowNanos);
        if (reported.removeIf(finding::sameAs)) {
            lines++;
            return true;
        }
        unreported++;
        return false;
    }

    private void reportedNow(Finding finding) {
        reported.add(finding);
        lines++;
    }

    /** For a line now, and for the one that follows from it, besides those that follow from earlier ones. */
    private boolean room(long nowNanos) {
        if (lines == 0 || nowNanos - windowBeganNanos >= WINDOW_NANOS) {
            lines = 0;
            windowBeganNanos = nowNanos;
        }
        return lines + reported.size() + 2 <= MOST_LINES;
    }

    /** Those that went away. */
    public List<SessionFinding> past() {
        return past;
    }

    /** How many of those are not kept. */
    public int omitted() {
        return omitted;
    }

    /** How many comings and goings had no line. */
    public int unreported() {
        return unreported;
    }
}
