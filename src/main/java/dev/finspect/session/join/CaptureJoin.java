package dev.finspect.session.join;

import dev.finspect.record.CaptureMode;
import dev.finspect.session.CaptureSink;
import dev.finspect.session.EndedSession;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.SegmentBatch;
import dev.finspect.session.SessionCaptures;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.session.kept.HeaderRings;
import dev.finspect.session.kept.KeptCapture;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Joins captured segments to sessions; runs between the sessions and their sinks. It assigns each segment to its leg. It
 * holds the end of a session back until the capture has reached that moment, so that the record includes the last segments.
 * The sinks then receive the end on the capture's thread.
 *
 * <p>The capture may fail to begin, be late or fail later. The ends of sessions are then reported at once without it. Event
 * loops only add a {@link Report} to a queue; all other work is done on the capture's thread.
 */
public final class CaptureJoin implements CaptureSink, SessionSink {
    /** The kernel delivers packets about 20 ms late. This is three times as long, since threads can be late as well. */
    static final long SETTLE_NANOS = 60_000_000L;

    private static final long LOOK_SOON_MILLIS = 20;
    private static final long LOOK_LATER_MILLIS = 250;

    private final CapturedModes modes;
    private final SessionSink next;
    private final Queue<Report> reports = new ConcurrentLinkedQueue<>();
    private final int mostWaiting;
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final WireLegs legs = new WireLegs();
    private final UnclaimedConnections unclaimed;
    private final HeaderRings rings;
    private final KeptCaptures kept;
    private final FollowedSessions followed;
    private final LegClaims claims;
    private final ArrayDeque<CapturedSession.PendingEnd> ended = new ArrayDeque<>();
    private volatile boolean over;

    /**
     * A join that waits for its capture.
     *
     * @param modes how much is captured of each route, by its name; sessions of other routes are only passed on
     * @param keptBytes memory for headers that are kept for exports
     * @param mostSessions how many living sessions are followed at once; the records of the others have only what sockets show
     * @param mostWaiting how many ends wait at once; further ends are reported at once, without the rest of the capture
     * @param next receives all events and records
     * @param firstNumber the first number for the ids of failed attempts; differs from process to process
     */
    public CaptureJoin(
            Map<String, CaptureMode> modes,
            long keptBytes,
            int mostSessions,
            int mostWaiting,
            SessionSink next,
            long firstNumber) {
        this.mostWaiting = mostWaiting;
        this.modes = new CapturedModes(modes);
        this.next = next;
        this.unclaimed = new UnclaimedConnections(legs, next, firstNumber);
        this.rings = new HeaderRings(keptBytes);
        this.kept = new KeptCaptures(keptBytes / 2, rings);
        this.followed = new FollowedSessions(mostSessions, legs, kept);
        this.claims = new LegClaims(this.modes, legs, unclaimed, followed, rings);
    }

    /**
     * Prepares for the capture. Called once, before the capture delivers anything.
     *
     * @param routes the captured routes with the addresses that they really listen on
     * @param atNanos wall clock, nanoseconds since the Unix epoch; what began earlier may lack its first segments
     */
    public void begin(List<CapturedRoute> routes, long atNanos) {
        unclaimed.watch(List.copyOf(routes));
        claims.captureBegins(atNanos);
    }

    /**
     * From now on this is captured of a route, for the sessions that are accepted from now on; those that live go on as they
     * began. Called where the route's mode, its listeners or its upstreams change.
     *
     * @param mode null for nothing
     * @param nowNanos the monotonic clock
     * @param nowEpochNanos wall clock, nanoseconds since the Unix epoch; what began earlier may lack its first segments
     */
    public void change(String route, @Nullable CaptureMode mode, long nowNanos, long nowEpochNanos) {
        modes.change(route, mode, nowNanos, nowEpochNanos);
    }

    /** From now on these routes are watched for handshakes that are never accepted. Any thread. */
    public void watch(List<CapturedRoute> routes) {
        reports.add(new Report.Watched(List.copyOf(routes)));
    }

    /** The headers kept of a session, living or closed. Any thread. */
    public List<KeptCapture> kept(String id) {
        return kept.of(id);
    }

    /** Ends that wait for the capture, or that it is just reporting: the others have been reported. Any thread. */
    public int waiting() {
        return waitingCount.get();
    }

    // Called by sessions, on their event loops.

    @Override
    public void opened(SessionIdentity identity, SessionCaptures captures) {
        next.opened(identity, captures);
        if (!over && isCaptured(identity)) {
            captures.followed();
            reports.add(new Report.Opened(identity, captures));
        }
    }

    @Override
    public void happened(SessionIdentity identity, SessionEvent event) {
        next.happened(identity, event);
        if (over || !isCaptured(identity)) {
            return;
        }
        if (event instanceof SessionEvent.Accepted accepted) {
            reports.add(new Report.Accepted(identity, accepted.savedSyn()));
        } else if (event instanceof SessionEvent.Connected connected) {
            long connectedAtNanos = identity.epochNanos(connected.atNanos());
            reports.add(new Report.Connected(
                    identity,
                    connected.local(),
                    connected.peer(),
                    connectedAtNanos - connected.durationNanos(),
                    connectedAtNanos));
        } else if (event instanceof SessionEvent.AttemptFailed failed) {
            long endedEpochNanos = identity.epochNanos(failed.atNanos());
            reports.add(new Report.Attempted(
                    identity,
                    failed.address(),
                    failed.local(),
                    endedEpochNanos - failed.durationNanos(),
                    endedEpochNanos,
                    failed.atNanos()));
        }
    }

    @Override
    public void over(EndedSession session) {
        next.over(session);
    }

    @Override
    public void progressed(SessionRecord record) {
        next.progressed(record);
    }

    @Override
    public void merged(SessionRecord record) {
        next.merged(record);
    }

    @Override
    public void omitted(OmittedLines lines) {
        next.omitted(lines);
    }

    @Override
    public void ended(EndedSession session) {
        if (!isCaptured(session.identity())) {
            next.ended(session);
            return;
        }
        if (over) {
            synchronized (reports) {
                session.captures().settle();
            }
            next.ended(session);
            return;
        }
        if (waitingCount.get() >= mostWaiting) {
            next.ended(session);
            reports.add(new Report.Passed(session));
            return;
        }
        waitingCount.incrementAndGet();
        reports.add(new Report.Ended(session));
        if (over) {
            reportAllEnds();
        }
    }

    private boolean isCaptured(SessionIdentity identity) {
        return modes.of(identity) != null;
    }

    // Called by the capture, on its thread.

    @Override
    public void segments(SegmentBatch batch) {
        takeReports();
        for (int i = 0; i < batch.size(); i++) {
            segment(batch, i);
        }
        long lastNanos = batch.segment(batch.size() - 1).atNanos();
        unclaimed.look(lastNanos);
        reportEnds((epochNanos, unused) -> epochNanos + SETTLE_NANOS <= lastNanos);
    }

    @Override
    public void icmpError(IcmpError error, byte[] packet) {
        takeReports();
        for (WireLeg leg : legs.quoted(error)) {
            leg.icmpError(error, packet);
        }
    }

    @Override
    public void dropped(long packets, long fromNanos, long toNanos) {
        takeReports();
        for (WireLeg leg : legs.all()) {
            if (leg.bornAtNanos() <= toNanos) {
                leg.dropped(packets);
            }
        }
    }

    @Override
    public long caughtUp(long nowEpochNanos, long nowNanos) {
        takeReports();
        unclaimed.look(nowEpochNanos);
        reportEnds((unused, nanos) -> nowNanos - nanos >= SETTLE_NANOS);
        return ended.isEmpty() && followed.isEmpty() ? LOOK_LATER_MILLIS : LOOK_SOON_MILLIS;
    }

    @Override
    public void ended(@Nullable String reason) {
        over = true;
        reportAllEnds();
    }

    /** Connections that are followed now. The capture's thread. */
    int following() {
        return legs.size();
    }

    private void segment(SegmentBatch batch, int index) {
        TcpSegment segment = batch.segment(index);
        WireLeg leg = legs.find(segment);
        if (leg == null) {
            if (!WireLeg.isSyn(segment)) {
                return;
            }
            leg = new WireLeg(segment.tuple(), rings, segment.atNanos());
            legs.add(leg);
            unclaimed.began(leg, segment.atNanos());
        }
        leg.segment(batch, index);
        CapturedSession session = leg.capturedSession;
        if (session != null) {
            reportEndIfFinished(session);
        }
    }

    private void takeReports() {
        for (Report report = reports.poll(); report != null; report = reports.poll()) {
            if (report instanceof Report.Ended end) {
                ended(new CapturedSession.PendingEnd(end.session()));
            } else if (report instanceof Report.Passed passed) {
                claims.forget(passed.session());
                followed.forget(passed.session());
            } else if (report instanceof Report.Opened opened) {
                followed.opened(opened.identity(), opened.captures());
            } else if (report instanceof Report.Watched watched) {
                unclaimed.watch(watched.routes());
            } else if (report instanceof Report.OfSession ofSession) {
                FollowedSessions.Open session = followed.open(ofSession.identity());
                if (session != null) {
                    claims.take(ofSession, session);
                }
            }
        }
    }

    private void ended(CapturedSession.PendingEnd end) {
        ended.addLast(end);
        CapturedSession session = followed.of(end.session);
        if (session != null) {
            session.ended(end);
            reportEndIfFinished(session);
        }
    }

    /** Reports the ends of sessions whose segments have all been captured. */
    private void reportEnds(CapturedUntil captured) {
        claims.matchWithoutLocal(captured);
        for (CapturedSession.PendingEnd first = ended.peekFirst();
                first != null
                        && (first.reported
                                || captured.includes(first.session.endedAtEpochNanos(), first.session.endedAtNanos()));
                first = ended.peekFirst()) {
            ended.removeFirst();
            reportEnd(first);
        }
    }

    /** Reports the end of a session before its turn if the capture has seen all its segments, so that less memory is held. */
    private void reportEndIfFinished(CapturedSession session) {
        CapturedSession.PendingEnd end = session.finished();
        if (end != null && claims.isMatched(end.session)) {
            reportEnd(end);
        }
    }

    private void reportEnd(CapturedSession.PendingEnd end) {
        if (!end.reported) {
            end.reported = true;
            claims.forget(end.session);
            followed.forget(end.session);
            try {
                next.ended(end.session);
            } finally {
                waitingCount.decrementAndGet();
            }
        }
    }

    /**
     * Reports all ends that still wait, each of them once, because the capture is over. Any thread that finds the capture over
     * may call it. Living sessions go on without a capture. Their legs stay, and show that the capture ended before they did.
     */
    private void reportAllEnds() {
        synchronized (reports) {
            takeReports();
            reportEnds((epochNanos, nanos) -> true);
            followed.cutAll();
            unclaimed.clear();
            legs.clear();
        }
    }
}
