package dev.finspect.log;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which records have a line: those that a rule chooses, and of the other ends one in so many.
 *
 * <p>Where a line says that something hangs on a route, the line that it is over and the session's end are written as well, so
 * that a reader of the log never takes for hanging what is over. Bounded by the routes and the kinds of findings. Any thread.
 */
final class LineChoice {
    private volatile LineRule rule;
    private final AtomicLong others = new AtomicLong();
    private final Set<Kind> reported = ConcurrentHashMap.newKeySet();

    LineChoice(LineRule rule) {
        this.rule = rule;
    }

    /** From now on. */
    void follow(LineRule next) {
        rule = next;
    }

    /** For how many sessions the line of this record stands: 0 where it has none. */
    int linesFor(SessionRecord record) {
        LineRule now = rule;
        Predicate<SessionRecord> only = now.only();
        if (only == null || only.test(record)) {
            remember(record);
            return 1;
        }
        if (isOver(record) && wasReported(record)) {
            return 1;
        }
        boolean sampled = record.closed() && now.oneIn() > 0 && others.getAndIncrement() % now.oneIn() == 0;
        return sampled ? now.oneIn() : 0;
    }

    /** Whether a line that stands for many is written: where one of its kind was. */
    boolean has(OmittedLines lines) {
        return rule.only() == null
                || reported.contains(new Kind(lines.route(), lines.finding().id()));
    }

    /** Without a rule as well, since one may follow before it is over. */
    private void remember(SessionRecord record) {
        Finding about = record.event() == RecordEvent.HUNG ? about(record) : null;
        if (about != null) {
            reported.add(new Kind(record.identity().route(), about.id()));
        }
    }

    private static boolean isOver(SessionRecord record) {
        return record.closed() || record.event() == RecordEvent.RECOVERED;
    }

    private boolean wasReported(SessionRecord record) {
        Diagnosed diagnosed = record.diagnosed();
        if (diagnosed == null || reported.isEmpty()) {
            return false;
        }
        if (diagnosed.omitted() > 0) {
            return true;
        }
        for (SessionFinding each : diagnosed.findings()) {
            if (isReported(record, each.finding())) {
                return true;
            }
        }
        Finding about = about(record);
        return about != null && isReported(record, about);
    }

    private boolean isReported(SessionRecord record, Finding finding) {
        return finding.accuses() && reported.contains(new Kind(record.identity().route(), finding.id()));
    }

    private static @Nullable Finding about(SessionRecord record) {
        Diagnosed diagnosed = record.diagnosed();
        SessionFinding about = diagnosed == null ? null : diagnosed.about();
        return about == null ? null : about.finding();
    }

    /** What hangs where. */
    private record Kind(String route, FindingId finding) {}
}
