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
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.SynSegment;
import dev.finspect.wire.TcpSegment;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
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

    /** The most ends that wait. Further ends are reported at once, without the rest of the capture. */
    static final int MOST_WAITING = 10_000;

    /** How far a session's clock and the time stamps of packets can differ. */
    private static final long CLOCKS_APART_NANOS = 1_000_000;

    private static final long LOOK_SOON_MILLIS = 20;
    private static final long LOOK_LATER_MILLIS = 250;

    private final Map<String, CaptureMode> modes;
    private final SessionSink next;
    private final Queue<Report> reports = new ConcurrentLinkedQueue<>();
    private final int mostSessions;
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final WireLegs legs = new WireLegs();
    private final UnclaimedConnections unclaimed;
    private final HeaderBudget budget;
    private final KeptCaptures kept;
    private final Map<String, CapturedSession> followed = new HashMap<>();
    private final ArrayDeque<CapturedSession.PendingEnd> ended = new ArrayDeque<>();
    private final Map<String, Open> open = new HashMap<>();
    private final ArrayDeque<AttemptWithoutLocal> withoutLocal = new ArrayDeque<>();
    private volatile long begunAtNanos = Long.MAX_VALUE;
    private volatile boolean over;

    /**
     * A join that waits for its capture.
     *
     * @param modes how much is captured of each route, by its name; sessions of other routes are only passed on
     * @param keptBytes memory for headers that are kept for exports
     * @param mostSessions how many living sessions are followed at once; the records of the others have only what sockets show
     * @param next receives all events and records
     * @param firstNumber the first number for the ids of failed attempts; differs from process to process
     */
    public CaptureJoin(
            Map<String, CaptureMode> modes, long keptBytes, int mostSessions, SessionSink next, long firstNumber) {
        this.mostSessions = mostSessions;
        this.modes = Map.copyOf(modes);
        this.next = next;
        this.unclaimed = new UnclaimedConnections(legs, next, firstNumber);
        this.budget = new HeaderBudget(keptBytes);
        this.kept = new KeptCaptures(keptBytes / 2);
    }

    /**
     * Prepares for the capture. Called once, before the capture delivers anything.
     *
     * @param routes the captured routes with the addresses that they really listen on
     * @param atNanos wall clock, nanoseconds since the Unix epoch; what began earlier may lack its first segments
     */
    public void begin(List<CapturedRoute> routes, long atNanos) {
        unclaimed.watch(List.copyOf(routes));
        begunAtNanos = atNanos;
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
        if (waitingCount.get() >= MOST_WAITING) {
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
        return modes.containsKey(identity.route());
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
            leg = new WireLeg(segment.tuple(), budget, segment.atNanos());
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
                withoutLocal.removeIf(each ->
                        each.attempt.identity().id().equals(passed.identity().id()));
                forget(passed.session());
            } else if (report instanceof Report.Opened opened) {
                open.put(opened.identity().id(), new Open(opened.captures()));
            } else {
                Open session = open.get(report.identity().id());
                if (session != null) {
                    take(report, session);
                }
            }
        }
    }

    private void take(Report report, Open session) {
        if (report instanceof Report.Accepted accepted) {
            claim(accepted, session);
        } else if (report instanceof Report.Connected connected) {
            claim(connected, session);
        } else if (report instanceof Report.Attempted attempted) {
            claim(attempted, session, session.attempts++);
        } else {
            throw new AssertionError("a report that is not handled: " + report);
        }
    }

    private void ended(CapturedSession.PendingEnd end) {
        ended.addLast(end);
        CapturedSession session = followed.get(end.session.identity().id());
        if (session != null) {
            session.ended(end);
            reportEndIfFinished(session);
        }
    }

    private void claim(Report.Accepted report, Open session) {
        SessionIdentity identity = report.identity();
        SynSegment syn = report.savedSyn();
        long acceptedAtNanos = identity.startEpochNanos();
        FourTuple tuple = FourTuple.of(identity.client(), identity.onWire());
        LegKey key = syn == null
                ? LegKey.byTime(tuple, Long.MIN_VALUE, acceptedAtNanos)
                : LegKey.byNumber(tuple, (int) syn.sequenceNumber(), acceptedAtNanos);
        WireLeg leg = claim(identity, Leg.CLIENT, key, legs.unclaimed(key), acceptedAtNanos);
        if (leg != null) {
            session.captures.ofLeg(Leg.CLIENT, leg);
        }
    }

    private void claim(Report.Connected report, Open session) {
        LegKey key = LegKey.byTime(
                FourTuple.of(report.local(), report.peer()),
                report.begunAtEpochNanos(),
                report.connectedAtEpochNanos());
        WireLeg leg = claim(report.identity(), Leg.UPSTREAM, key, legs.unclaimed(key), report.begunAtEpochNanos());
        if (leg != null) {
            session.captures.ofLeg(Leg.UPSTREAM, leg);
        }
    }

    private void claim(Report.Attempted report, Open session, int index) {
        InetSocketAddress address = report.address();
        if (address == null) {
            return;
        }
        if (report.local() == null) {
            withoutLocal.addLast(new AttemptWithoutLocal(report, address, session, index));
            return;
        }
        LegKey key = LegKey.failed(
                FourTuple.of(report.local(), address), report.beganEpochNanos(), report.endedEpochNanos());
        claim(report, session, index, key, legs.unclaimed(key));
    }

    private void claim(Report.Attempted report, Open session, int index, LegKey key, @Nullable WireLeg found) {
        WireLeg leg = claim(report.identity(), Leg.UPSTREAM, key, found, report.beganEpochNanos());
        if (leg != null) {
            session.captures.ofAttempt(index, leg);
        }
    }

    /** Assigns a connection to the session. Returns it, or null when too many sessions are followed. */
    private @Nullable WireLeg claim(
            SessionIdentity identity, Leg as, LegKey key, @Nullable WireLeg found, long bornAtNanos) {
        boolean isFollowed = followed.size() < mostSessions || followed.containsKey(identity.id());
        WireLeg leg = found;
        if (leg == null) {
            if (!isFollowed) {
                return null;
            }
            leg = new WireLeg(key.tuple(), budget, bornAtNanos);
            legs.add(leg);
        }
        boolean beginMissed = bornAtNanos < begunAtNanos;
        unclaimed.claimed(leg);
        leg.claimed(as, modes.getOrDefault(identity.route(), CaptureMode.LIFECYCLE), key, beginMissed);
        if (!isFollowed) {
            leg.forgetHeaders();
            legs.remove(leg);
            return null;
        }
        followed.computeIfAbsent(identity.id(), unused -> new CapturedSession()).add(leg);
        kept.add(identity.id(), leg);
        return leg;
    }

    /** Where the socket's own address is not known, the only SYN to that peer in that time belongs to the attempt. */
    private void matchWithoutLocal(CapturedUntil captured) {
        for (AttemptWithoutLocal first = withoutLocal.peekFirst();
                first != null && captured.includes(first.attempt.endedEpochNanos(), first.attempt.endedAtNanos());
                first = withoutLocal.peekFirst()) {
            withoutLocal.removeFirst();
            Report.Attempted report = first.attempt;
            WireLeg leg = unclaimed.onlyFailedTo(
                    IpAddress.of(first.address.getAddress()),
                    first.address.getPort(),
                    report.beganEpochNanos() - CLOCKS_APART_NANOS,
                    report.endedEpochNanos());
            if (leg != null) {
                claim(
                        report,
                        first.session,
                        first.index,
                        LegKey.failed(leg.tuple(), report.beganEpochNanos(), report.endedEpochNanos()),
                        leg);
            }
        }
    }

    /** Reports the ends of sessions whose segments have all been captured. */
    private void reportEnds(CapturedUntil captured) {
        matchWithoutLocal(captured);
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
        if (end != null && isMatched(end.session.identity().id())) {
            reportEnd(end);
        }
    }

    private boolean isMatched(String id) {
        return withoutLocal.stream()
                .noneMatch(each -> each.attempt.identity().id().equals(id));
    }

    private void reportEnd(CapturedSession.PendingEnd end) {
        if (!end.reported) {
            end.reported = true;
            forget(end.session);
            try {
                next.ended(end.session);
            } finally {
                waitingCount.decrementAndGet();
            }
        }
    }

    /** Stops following a session. */
    private void forget(EndedSession session) {
        session.captures().settle();
        String id = session.identity().id();
        open.remove(id);
        CapturedSession own = followed.remove(id);
        if (own != null) {
            own.legs().forEach(legs::remove);
            kept.close(id);
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
            followed.values().forEach(own -> own.legs().forEach(WireLeg::cut));
            kept.closeAll();
            unclaimed.clear();
            legs.clear();
            followed.clear();
            open.clear();
        }
    }

    /** A living session: the destination of its captures, and the number of its failed attempts. */
    private static final class Open {
        private final SessionCaptures captures;
        private int attempts;

        Open(SessionCaptures captures) {
            this.captures = captures;
        }
    }

    /** A failed attempt for which finspect's own address is not known. */
    private record AttemptWithoutLocal(Report.Attempted attempt, InetSocketAddress address, Open session, int index) {}
}
