package dev.finspect.session.feed;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Parties;
import dev.finspect.record.Attempt;
import dev.finspect.record.LegRecord;
import dev.finspect.record.PeerSocket;
import dev.finspect.session.Change;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionRow;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A session as the live stream shows it: the row of a list, and what the page's list needs besides.
 *
 * @param row of a living session with the findings that hold
 * @param changes since the last row of the session; empty where it is sent for the first time though it is not new
 * @param clientProgram the client's program, such as {@code curl (pid 812)}; null where it is not known
 * @param upstreamProgram likewise
 * @param tried the address that is tried, or was tried last, while no upstream is connected; null without one
 * @param verdict the worst finding that holds; of a session that is over the worst at its end; null without one
 * @param parties for the verdict's sentence
 */
public record LiveRow(
        SessionRow row,
        Set<Change> changes,
        LiveState state,
        @Nullable String clientProgram,
        @Nullable String upstreamProgram,
        @Nullable InetSocketAddress tried,
        @Nullable Finding verdict,
        Parties parties,
        PhaseBar phases) {
    /** The row of a record. */
    public static LiveRow of(SessionRecord record, Set<Change> changes) {
        Finding verdict = verdict(record);
        return new LiveRow(
                row(record),
                changes,
                LiveState.of(record),
                program(record.client()),
                program(record.upstream()),
                tried(record.upstream()),
                verdict,
                record.parties(),
                blamed(PhaseTimes.of(record), verdict));
    }

    /** Since when it hangs, wall clock, nanoseconds since the Unix epoch; {@link Long#MAX_VALUE} while it does not. */
    public long hungSinceEpochNanos() {
        return row.hungSinceEpochNanos();
    }

    private static SessionRow row(SessionRecord record) {
        SessionRow row = SessionRow.of(record);
        List<SessionFinding> findings = row.findings();
        return findings == null || row.closed()
                ? row
                : row.with(findings.stream().filter(SessionFinding::hangs).toList());
    }

    private static @Nullable Finding verdict(SessionRecord record) {
        Diagnosed diagnosed = record.diagnosed();
        if (diagnosed == null) {
            return null;
        }
        for (SessionFinding each : diagnosed.findings()) {
            if (record.closed() ? each.atEnd() && each.finding().accuses() : each.hangs()) {
                return each.finding();
            }
        }
        return record.closed() ? stoodToTheEnd(record, diagnosed) : null;
    }

    /** Of a session that is over: what hung until its end. */
    private static @Nullable Finding stoodToTheEnd(SessionRecord record, Diagnosed diagnosed) {
        long end = record.identity().startEpochNanos() + record.durationNanos();
        for (SessionFinding each : diagnosed.findings()) {
            Long until = each.untilEpochNanos();
            if (until != null && until == end && each.finding().accuses()) {
                return each.finding();
            }
        }
        return null;
    }

    /** Where there is a verdict it names who owes the next step. */
    private static PhaseBar blamed(PhaseBar bar, @Nullable Finding verdict) {
        PhaseBar.Growing now = bar.now();
        return now == null || verdict == null
                ? bar
                : new PhaseBar(
                        bar.nanos(),
                        new PhaseBar.Growing(
                                now.phase(),
                                now.sinceEpochNanos(),
                                verdict.blame() == Blame.NOBODY ? null : verdict.blame()));
    }

    private static @Nullable String program(LegRecord leg) {
        PeerSocket socket = leg.peerSocket();
        if (socket == null || socket.program() == null) {
            return null;
        }
        return socket.program() + " (pid " + socket.processId() + ")";
    }

    private static @Nullable InetSocketAddress tried(LegRecord upstream) {
        if (upstream.peer() != null) {
            return null;
        }
        InetSocketAddress tried = null;
        for (Attempt attempt : upstream.attempts()) {
            tried = attempt.address() == null ? tried : attempt.address();
        }
        return tried;
    }
}
