package dev.finspect.session.join;

import dev.finspect.record.CaptureMode;
import dev.finspect.session.CaptureSink;
import dev.finspect.session.EndedSession;
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
 * Stands between the sessions and their sinks while a capture runs: gives each leg its segments, and holds the end of a
 * session back until the capture has come as far, so that its record has them. Sinks are then told on the capture's thread.
 *
 * <p>Without harm to anybody the capture may never begin, be late, or die: the sessions' ends are then told without it, at
 * once. Event loops only put a word into a queue. Everything else is the capture's thread's.
 */
public final class CaptureJoin implements CaptureSink, SessionSink {
    /** The kernel hands packets over some 20 ms late; three times that, since threads are late as well. */
    static final long SETTLE_NANOS = 60_000_000L;

    /** Ends that wait at most; those beyond are told without what the capture would have added. */
    static final int MOST_WAITING = 10_000;

    /** A session's clock and the packets' can differ by so much. */
    private static final long CLOCKS_APART_NANOS = 1_000_000;

    private static final long LOOK_SOON_MILLIS = 20;
    private static final long LOOK_LATER_MILLIS = 250;

    private final Map<String, CaptureMode> modes;
    private final SessionSink next;
    private final Queue<Report> reports = new ConcurrentLinkedQueue<>();
    private final int mostSessions;
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final WireLegs legs = new WireLegs();
    private final Attempts attempts;
    private final HeaderBudget budget;
    private final KeptCaptures kept;
    private final Map<String, Followed> followed = new HashMap<>();
    private final ArrayDeque<Followed.Waiting> ended = new ArrayDeque<>();
    private final Map<String, Open> open = new HashMap<>();
    private final ArrayDeque<Placeless> placeless = new ArrayDeque<>();
    private volatile long begunAtNanos = Long.MAX_VALUE;
    private volatile boolean over;

    /**
     * A join that waits for its capture.
     *
     * @param modes how much is captured of each route, by its name; sessions of other routes pass by
     * @param keptBytes memory for headers that are kept for exports
     * @param mostSessions how many living sessions are followed at once; the others' records have what sockets tell
     * @param next what sessions are told to
     * @param firstNumber where the numbers begin that make ids of failed attempts unique; differs from process to process
     */
    public CaptureJoin(
            Map<String, CaptureMode> modes, long keptBytes, int mostSessions, SessionSink next, long firstNumber) {
        this.mostSessions = mostSessions;
        this.modes = Map.copyOf(modes);
        this.next = next;
        this.attempts = new Attempts(legs, next, firstNumber);
        this.budget = new HeaderBudget(keptBytes);
        this.kept = new KeptCaptures(keptBytes / 2);
    }

    /**
     * The capture is about to begin. Once, before its first word.
     *
     * @param watched the captured routes with the addresses that they really listen on
     * @param atNanos wall clock, nanoseconds since the Unix epoch; what began earlier may lack its first segments
     */
    public void begin(List<Watched> watched, long atNanos) {
        attempts.watch(List.copyOf(watched));
        begunAtNanos = atNanos;
    }

    /** The headers kept of a session, living or closed. Any thread. */
    public List<KeptCapture> kept(String id) {
        return kept.of(id);
    }

    /** Ends that wait for the capture. Any thread. */
    public int waiting() {
        return waitingCount.get();
    }

    // What sessions tell, on their event loops.

    @Override
    public void opened(SessionIdentity identity, SessionCaptures captures) {
        next.opened(identity, captures);
        if (!over && watches(identity)) {
            reports.add(new Report.Opened(identity, captures));
        }
    }

    @Override
    public void happened(SessionIdentity identity, SessionEvent event) {
        next.happened(identity, event);
        if (over || !watches(identity)) {
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
    public void ended(EndedSession session) {
        if (!watches(session.identity())) {
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
            letAllGo();
        }
    }

    private boolean watches(SessionIdentity identity) {
        return modes.containsKey(identity.route());
    }

    // What the capture tells, on its thread.

    @Override
    public void segments(SegmentBatch batch) {
        hear();
        for (int i = 0; i < batch.size(); i++) {
            segment(batch, i);
        }
        long lastNanos = batch.segment(batch.size() - 1).atNanos();
        attempts.look(lastNanos);
        letGo((epochNanos, unused) -> epochNanos + SETTLE_NANOS <= lastNanos);
    }

    @Override
    public void icmpError(IcmpError error, byte[] packet) {
        hear();
        for (WireLeg leg : legs.quoted(error)) {
            leg.icmpError(error, packet);
        }
    }

    @Override
    public void dropped(long packets, long fromNanos, long toNanos) {
        hear();
        for (WireLeg leg : legs.all()) {
            if (leg.bornAtNanos() <= toNanos) {
                leg.dropped(packets);
            }
        }
    }

    @Override
    public long caughtUp(long nowEpochNanos, long nowNanos) {
        hear();
        attempts.look(nowEpochNanos);
        letGo((unused, nanos) -> nowNanos - nanos >= SETTLE_NANOS);
        return ended.isEmpty() && followed.isEmpty() ? LOOK_LATER_MILLIS : LOOK_SOON_MILLIS;
    }

    @Override
    public void ended(@Nullable String reason) {
        over = true;
        letAllGo();
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
            attempts.began(leg, segment.atNanos());
        }
        leg.segment(batch, index);
        Followed session = leg.followed;
        if (session != null) {
            letGoIfFinished(session);
        }
    }

    private void hear() {
        for (Report word = reports.poll(); word != null; word = reports.poll()) {
            if (word instanceof Report.Ended end) {
                ended(new Followed.Waiting(end.session()));
            } else if (word instanceof Report.Passed passed) {
                placeless.removeIf(each ->
                        each.attempt.identity().id().equals(passed.identity().id()));
                forget(passed.session());
            } else if (word instanceof Report.Opened opened) {
                open.put(opened.identity().id(), new Open(opened.captures()));
            } else {
                Open session = open.get(word.identity().id());
                if (session != null) {
                    hear(word, session);
                }
            }
        }
    }

    private void hear(Report word, Open session) {
        if (word instanceof Report.Accepted accepted) {
            claim(accepted, session);
        } else if (word instanceof Report.Connected connected) {
            claim(connected, session);
        } else if (word instanceof Report.Attempted attempted) {
            claim(attempted, session, session.attempts++);
        } else {
            throw new AssertionError("a report that is not handled: " + word);
        }
    }

    private void ended(Followed.Waiting waiting) {
        ended.addLast(waiting);
        Followed session = followed.get(waiting.session.identity().id());
        if (session != null) {
            session.ended(waiting);
            letGoIfFinished(session);
        }
    }

    private void claim(Report.Accepted word, Open session) {
        SessionIdentity identity = word.identity();
        SynSegment syn = word.savedSyn();
        long acceptedAtNanos = identity.startEpochNanos();
        FourTuple tuple = FourTuple.of(identity.client(), identity.onWire());
        Claim claim = syn == null
                ? Claim.byTime(tuple, Long.MIN_VALUE, acceptedAtNanos)
                : Claim.byNumber(tuple, (int) syn.sequenceNumber(), acceptedAtNanos);
        WireLeg leg = claim(identity, Leg.CLIENT, claim, legs.unclaimed(claim), acceptedAtNanos);
        if (leg != null) {
            session.captures.ofLeg(Leg.CLIENT, leg);
        }
    }

    private void claim(Report.Connected word, Open session) {
        Claim claim = Claim.byTime(
                FourTuple.of(word.local(), word.peer()), word.begunAtEpochNanos(), word.connectedAtEpochNanos());
        WireLeg leg = claim(word.identity(), Leg.UPSTREAM, claim, legs.unclaimed(claim), word.begunAtEpochNanos());
        if (leg != null) {
            session.captures.ofLeg(Leg.UPSTREAM, leg);
        }
    }

    private void claim(Report.Attempted word, Open session, int index) {
        InetSocketAddress address = word.address();
        if (address == null) {
            return;
        }
        if (word.local() == null) {
            placeless.addLast(new Placeless(word, address, session, index));
            return;
        }
        Claim claim = Claim.failed(FourTuple.of(word.local(), address), word.beganEpochNanos(), word.endedEpochNanos());
        claim(word, session, index, claim, legs.unclaimed(claim));
    }

    private void claim(Report.Attempted word, Open session, int index, Claim claim, @Nullable WireLeg found) {
        WireLeg leg = claim(word.identity(), Leg.UPSTREAM, claim, found, word.beganEpochNanos());
        if (leg != null) {
            session.captures.ofAttempt(index, leg);
        }
    }

    /** The connection that is the session's from now on; null when too many sessions are followed. */
    private @Nullable WireLeg claim(
            SessionIdentity identity, Leg as, Claim claim, @Nullable WireLeg found, long bornAtNanos) {
        boolean isFollowed = followed.size() < mostSessions || followed.containsKey(identity.id());
        WireLeg leg = found;
        if (leg == null) {
            if (!isFollowed) {
                return null;
            }
            leg = new WireLeg(claim.tuple(), budget, bornAtNanos);
            legs.add(leg);
        }
        boolean beginMissed = bornAtNanos < begunAtNanos;
        attempts.claimed(leg);
        leg.claimed(as, modes.getOrDefault(identity.route(), CaptureMode.LIFECYCLE), claim, beginMissed);
        if (!isFollowed) {
            leg.forgetHeaders();
            legs.remove(leg);
            return null;
        }
        followed.computeIfAbsent(identity.id(), unused -> new Followed()).add(leg);
        kept.add(identity.id(), leg);
        return leg;
    }

    /** Where the socket's own address is not known, the only SYN to that peer in that time is the attempt's. */
    private void place(Come come) {
        for (Placeless first = placeless.peekFirst();
                first != null && come.past(first.attempt.endedEpochNanos(), first.attempt.endedAtNanos());
                first = placeless.peekFirst()) {
            placeless.removeFirst();
            Report.Attempted word = first.attempt;
            WireLeg leg = attempts.onlyFailedTo(
                    IpAddress.of(first.address.getAddress()),
                    first.address.getPort(),
                    word.beganEpochNanos() - CLOCKS_APART_NANOS,
                    word.endedEpochNanos());
            if (leg != null) {
                claim(
                        word,
                        first.session,
                        first.index,
                        Claim.failed(leg.tuple(), word.beganEpochNanos(), word.endedEpochNanos()),
                        leg);
            }
        }
    }

    /** Tells the ends of sessions whose segments have all been told. */
    private void letGo(Come come) {
        place(come);
        for (Followed.Waiting first = ended.peekFirst();
                first != null
                        && (first.told || come.past(first.session.endedAtEpochNanos(), first.session.endedAtNanos()));
                first = ended.peekFirst()) {
            ended.removeFirst();
            letGo(first);
        }
    }

    /** Tells the end of a session before its turn when the wire has said all: what waits is memory that has to be moved. */
    private void letGoIfFinished(Followed session) {
        Followed.Waiting end = session.finished();
        if (end != null && isPlaced(end.session.identity().id())) {
            letGo(end);
        }
    }

    private boolean isPlaced(String id) {
        return placeless.stream().noneMatch(each -> each.attempt.identity().id().equals(id));
    }

    private void letGo(Followed.Waiting end) {
        if (!end.told) {
            end.told = true;
            forget(end.session);
            waitingCount.decrementAndGet();
            next.ended(end.session);
        }
    }

    /** No segment of it is looked for any more. */
    private void forget(EndedSession session) {
        session.captures().settle();
        String id = session.identity().id();
        open.remove(id);
        Followed own = followed.remove(id);
        if (own != null) {
            own.legs().forEach(legs::remove);
            kept.close(id);
        }
    }

    /**
     * The capture is over: whoever comes lets go of all that still waits, each of them once. What lives goes on without; its
     * witnesses stay, and say that they have not seen the end.
     */
    private void letAllGo() {
        synchronized (reports) {
            hear();
            letGo((epochNanos, nanos) -> true);
            followed.values().forEach(own -> own.legs().forEach(WireLeg::cut));
            kept.closeAll();
            attempts.clear();
            legs.clear();
            followed.clear();
            open.clear();
        }
    }

    /** A living session: where what is captured of it goes, and how many of its attempts have failed. */
    private static final class Open {
        private final SessionCaptures captures;
        private int attempts;

        Open(SessionCaptures captures) {
            this.captures = captures;
        }
    }

    /** A failed attempt of which nobody knows finspect's own address. */
    private record Placeless(Report.Attempted attempt, InetSocketAddress address, Open session, int index) {}
}
