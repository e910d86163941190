package dev.finspect.session.watch;

import dev.finspect.diagnose.Finding;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionIdentity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The findings of one living session, standing and cleared: compares what the rules find with what they found before, and
 * reports what came and what went. Bounded: a session whose findings appear and clear often keeps the last of them and counts
 * the rest. Confined to the session's event loop until it has ended, or to the lock of what follows it.
 */
public final class SessionFindings {
    /** Where the comings and goings of a session's findings are reported. */
    public interface Reports {
        /** A finding came or went, or another one stands for the session. */
        void happened(SessionEvent event);

        /** Writes a line of its own about a finding, unless too many sessions have the same. */
        void line(RecordEvent event, Finding finding, long nowNanos);
    }

    /** How many cleared findings are kept. */
    static final int MOST_PAST = 8;

    /** How many lines about findings a session may write in {@link #WINDOW_NANOS}. */
    static final int MOST_LINES = 6;

    static final long WINDOW_NANOS = 60_000_000_000L;

    private final SessionIdentity identity;
    private final Reports reports;
    // Most sessions have none, so that the lists are replaced, not changed.
    private List<Finding> standing = List.of();
    private List<SessionFinding> past = List.of();
    /** Those of which a line has said that they hang, and none that they went away. */
    private List<Finding> reported = List.of();

    /** All that the rules found when they looked last, the worst first. */
    private List<Finding> lastFound = List.of();

    private @Nullable Finding worst;

    private int omitted;
    private int unreported;
    private int lines;
    private long windowBeganNanos;

    /** None yet, of this session. */
    public SessionFindings(SessionIdentity identity, Reports reports) {
        this.identity = identity;
        this.reports = reports;
    }

    // What the rules find.

    /** The rules have looked: reports which of these came, and which of the earlier ones went. */
    public void found(List<Finding> found, long nowNanos) {
        lastFound = found;
        for (Finding before : standing) {
            Finding now = same(found, before);
            if (now != null) {
                stillStands(now, nowNanos);
            } else {
                recovered(before, nowNanos);
            }
        }
        for (Finding now : found) {
            if (now.accuses() && same(standing, now) == null) {
                hung(now, nowNanos);
            }
        }
        worst(found.isEmpty() || !found.get(0).accuses() ? null : found.get(0), nowNanos);
    }

    /** All that the rules found when they looked last, the worst first. */
    List<Finding> lastFound() {
        return lastFound;
    }

    /** A finding came. */
    void hung(Finding finding, long nowNanos) {
        standing = with(standing, finding);
        reports.happened(new SessionEvent.FindingRaised(nowNanos, finding));
        if (mayReportHang(finding, nowNanos)) {
            reports.line(RecordEvent.HUNG, finding, nowNanos);
        }
    }

    /** It stands, and its evidence may have grown: writes the line that there was no room for when it came. */
    void stillStands(Finding finding, long nowNanos) {
        standing = with(standing, finding);
        if (mayReportHangLate(finding, nowNanos)) {
            reports.line(RecordEvent.HUNG, finding, nowNanos);
        }
    }

    /** It went away. */
    void recovered(Finding finding, long nowNanos) {
        cleared(finding, nowNanos);
        if (mayReportRecovery(finding, nowNanos)) {
            reports.line(RecordEvent.RECOVERED, finding, nowNanos);
        }
    }

    /** The session ends: whatever stands goes away with it. */
    public void clearAll(long atNanos) {
        if (anyStands() || worst != null) {
            standing.forEach(finding -> cleared(finding, atNanos));
            worst(null, atNanos);
        }
    }

    /** The session is not followed any more, though it may go on: what stands is no longer reported, and stays as it is. */
    public void letGo(long atNanos) {
        standing.forEach(finding -> reports.happened(new SessionEvent.FindingCleared(atNanos, finding)));
        worst(null, atNanos);
    }

    private void cleared(Finding finding, long atNanos) {
        standing = without(standing, finding);
        List<SessionFinding> kept = new ArrayList<>(past);
        if (kept.size() == MOST_PAST) {
            kept.remove(0);
            omitted++;
        }
        kept.add(new SessionFinding(finding, identity.epochNanos(atNanos), false));
        past = kept;
        reports.happened(new SessionEvent.FindingCleared(atNanos, finding));
    }

    private void worst(@Nullable Finding now, long nowNanos) {
        Finding before = worst;
        worst = now;
        boolean same = before == null || now == null
                ? before == now
                : before.sameAs(now) && before.blame() == now.blame() && before.hang() == now.hang();
        if (!same) {
            reports.happened(new SessionEvent.WorstFindingChanged(nowNanos, before, now));
        }
    }

    private static @Nullable Finding same(List<Finding> some, Finding finding) {
        for (Finding one : some) {
            if (one.sameAs(finding)) {
                return one;
            }
        }
        return null;
    }

    /** These, with the finding last, in place of the one that is the same. */
    private static List<Finding> with(List<Finding> some, Finding finding) {
        List<Finding> all = without(some, finding);
        all.add(finding);
        return all;
    }

    private static List<Finding> without(List<Finding> some, Finding finding) {
        List<Finding> all = new ArrayList<>(some);
        all.removeIf(finding::sameAs);
        return all;
    }

    // Which lines the session may have.

    /**
     * Whether a line may report that it hangs; counts the finding where it may not. Where it may, room is kept for the line
     * that reports its end, so that both lines are written.
     */
    private boolean mayReportHang(Finding finding, long nowNanos) {
        if (room(nowNanos)) {
            reportedNow(finding);
            return true;
        }
        unreported++;
        return false;
    }

    /** The same for one that stands and had no line when it came, since there were too many then. */
    private boolean mayReportHangLate(Finding finding, long nowNanos) {
        if (same(reported, finding) != null || !room(nowNanos)) {
            return false;
        }
        unreported--;
        reportedNow(finding);
        return true;
    }

    /** Whether it may have a line that says that it went away: always when there was one that it hangs, else never. */
    private boolean mayReportRecovery(Finding finding, long nowNanos) {
        room(nowNanos);
        if (same(reported, finding) != null) {
            reported = without(reported, finding);
            lines++;
            return true;
        }
        unreported++;
        return false;
    }

    private void reportedNow(Finding finding) {
        List<Finding> all = new ArrayList<>(reported);
        all.add(finding);
        reported = all;
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

    // What was found.

    /** The one that stands for the session; null where none blames a party. */
    @Nullable
    public Finding worst() {
        return worst;
    }

    /** Whether one stands. */
    public boolean anyStands() {
        return !standing.isEmpty();
    }

    /** Whether one stands, or stood before. */
    public boolean anyEver() {
        return anyStands() || !past.isEmpty();
    }

    /** Whether something hangs: a standing finding blames a party. */
    public boolean hangs() {
        for (Finding finding : standing) {
            if (finding.accuses()) {
                return true;
            }
        }
        return false;
    }

    /** Those that are so. */
    public List<SessionFinding> standing() {
        return standing.stream().map(SessionFindings::now).toList();
    }

    /** How many are kept. */
    int size() {
        return standing.size() + past.size();
    }

    // For a record.

    /** What was found last, the worst first, after what has cleared before it. */
    public Diagnosed latest() {
        return diagnosed(standing.stream()
                .sorted(Comparator.comparing(each -> worst == null || !each.sameAs(worst)))
                .map(SessionFindings::now)
                .toList());
    }

    /** What the rules find of the living session now, after what has cleared before it. */
    public Diagnosed living(List<Finding> found) {
        return diagnosed(found.stream().map(SessionFindings::now).toList());
    }

    /** What the rules find at the end, without what was so until then, after what has cleared. */
    public Diagnosed ended(List<SessionFinding> found, long endedAtEpochNanos) {
        return diagnosed(
                found.isEmpty()
                        ? found
                        : found.stream()
                                .filter(each -> !stoodUntil(each.finding(), endedAtEpochNanos))
                                .toList());
    }

    private Diagnosed diagnosed(List<SessionFinding> found) {
        if (found.isEmpty() && past.isEmpty() && unreported == 0) {
            return Diagnosed.NOTHING;
        }
        List<SessionFinding> all = new ArrayList<>(past);
        all.addAll(found);
        return new Diagnosed(null, List.copyOf(all), omitted, unreported);
    }

    private static SessionFinding now(Finding finding) {
        return new SessionFinding(finding, null, false);
    }

    /** Whether it was found while the session lived, and was so until this moment. */
    private boolean stoodUntil(Finding finding, long endedAtEpochNanos) {
        for (SessionFinding one : past) {
            Long until = one.untilEpochNanos();
            if (one.finding().sameAs(finding) && until != null && until == endedAtEpochNanos) {
                return true;
            }
        }
        return false;
    }
}
