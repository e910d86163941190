package dev.finspect.session.join;

import dev.finspect.record.CaptureMode;
import dev.finspect.session.CaptureSink;
import dev.finspect.session.SegmentBatch;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.session.SessionTracker;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.SynSegment;
import dev.finspect.wire.TcpSegment;
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
    private final Queue<Told> told = new ConcurrentLinkedQueue<>();
    private final int mostSessions;
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final WireLegs legs = new WireLegs();
    private final Attempts attempts;
    private final HeaderBudget budget;
    private final KeptCaptures kept;
    private final Map<String, Followed> followed = new HashMap<>();
    private final ArrayDeque<Followed.Waiting> ended = new ArrayDeque<>();
    private final ArrayDeque<Told.Attempted> placeless = new ArrayDeque<>();
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
    public void happened(SessionTracker session, SessionEvent event) {
        next.happened(session, event);
        if (over || !watches(session)) {
            return;
        }
        if (event instanceof SessionEvent.Accepted accepted) {
            told.add(new Told.Accepted(session, accepted.savedSyn()));
        } else if (event instanceof SessionEvent.Connected connected) {
            long connectedAtNanos = session.identity().epochNanos(connected.atNanos());
            told.add(new Told.Connected(
                    session,
                    connected.local(),
                    connected.peer(),
                    connectedAtNanos - connected.durationNanos(),
                    connectedAtNanos));
        } else if (event instanceof SessionEvent.AttemptFailed failed && failed.address() != null) {
            long endedEpochNanos = session.identity().epochNanos(failed.atNanos());
            told.add(new Told.Attempted(
                    session,
                    session.attempts() - 1,
                    failed.local(),
                    failed.address(),
                    endedEpochNanos - failed.durationNanos(),
                    endedEpochNanos,
                    failed.atNanos()));
        }
    }

    @Override
    public void progressed(SessionRecord record) {
        next.progressed(record);
    }

    @Override
    public void ended(SessionTracker session) {
        if (!watches(session)) {
            next.ended(session);
            return;
        }
        if (over) {
            synchronized (told) {
                session.witnesses().settle();
            }
            next.ended(session);
            return;
        }
        if (waitingCount.get() >= MOST_WAITING) {
            next.ended(session);
            told.add(new Told.Passed(session));
            return;
        }
        waitingCount.incrementAndGet();
        told.add(new Told.Ended(session));
        if (over) {
            letAllGo();
        }
    }

    private boolean watches(SessionTracker session) {
        return modes.containsKey(session.identity().route());
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
        for (Told word = told.poll(); word != null; word = told.poll()) {
            if (word instanceof Told.Accepted accepted) {
                claim(accepted);
            } else if (word instanceof Told.Connected connected) {
                claim(connected);
            } else if (word instanceof Told.Attempted attempted) {
                claim(attempted);
            } else if (word instanceof Told.Ended end) {
                ended(new Followed.Waiting(end.session()));
            } else if (word instanceof Told.Passed passed) {
                placeless.removeIf(attempted -> attempted.session() == passed.session());
                forget(passed.session());
            } else {
                throw new AssertionError("a word that is not heard: " + word);
            }
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

    private void claim(Told.Accepted word) {
        SessionIdentity identity = word.session().identity();
        SynSegment syn = word.savedSyn();
        long acceptedAtNanos = identity.startEpochNanos();
        FourTuple tuple = FourTuple.of(identity.client(), identity.onWire());
        Claim claim = syn == null
                ? Claim.byTime(tuple, Long.MIN_VALUE, acceptedAtNanos)
                : Claim.byNumber(tuple, (int) syn.sequenceNumber(), acceptedAtNanos);
        WireLeg leg = claim(identity, Leg.CLIENT, claim, legs.unclaimed(claim), acceptedAtNanos);
        if (leg != null) {
            word.session().witnesses().ofLeg(Leg.CLIENT, leg);
        }
    }

    private void claim(Told.Connected word) {
        Claim claim = Claim.byTime(
                FourTuple.of(word.local(), word.peer()), word.begunAtEpochNanos(), word.connectedAtEpochNanos());
        WireLeg leg =
                claim(word.session().identity(), Leg.UPSTREAM, claim, legs.unclaimed(claim), word.begunAtEpochNanos());
        if (leg != null) {
            word.session().witnesses().ofLeg(Leg.UPSTREAM, leg);
        }
    }

    private void claim(Told.Attempted word) {
        if (word.local() == null) {
            placeless.addLast(word);
            return;
        }
        Claim claim =
                Claim.failed(FourTuple.of(word.local(), word.peer()), word.beganEpochNanos(), word.endedEpochNanos());
        claim(word, claim, legs.unclaimed(claim));
    }

    private void claim(Told.Attempted word, Claim claim, @Nullable WireLeg found) {
        WireLeg leg = claim(word.session().identity(), Leg.UPSTREAM, claim, found, word.beganEpochNanos());
        if (leg != null) {
            word.session().witnesses().ofAttempt(word.attempt(), leg);
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
        for (Told.Attempted first = placeless.peekFirst();
                first != null && come.past(first.endedEpochNanos(), first.endedAtNanos());
                first = placeless.peekFirst()) {
            placeless.removeFirst();
            WireLeg leg = attempts.onlyFailedTo(
                    IpAddress.of(first.peer().getAddress()),
                    first.peer().getPort(),
                    first.beganEpochNanos() - CLOCKS_APART_NANOS,
                    first.endedEpochNanos());
            if (leg != null) {
                claim(first, Claim.failed(leg.tuple(), first.beganEpochNanos(), first.endedEpochNanos()), leg);
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
        if (end != null && placeless.stream().noneMatch(attempted -> attempted.session() == end.session)) {
            letGo(end);
        }
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
    private void forget(SessionTracker session) {
        session.witnesses().settle();
        String id = session.identity().id();
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
        synchronized (told) {
            hear();
            letGo((epochNanos, nanos) -> true);
            followed.values().forEach(own -> own.legs().forEach(WireLeg::cut));
            kept.closeAll();
            attempts.clear();
            legs.clear();
            followed.clear();
        }
    }
}
