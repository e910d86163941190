package dev.finspect.session.trace;

import dev.finspect.session.EndedSession;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.SessionCaptures;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.session.SessionTrace;
import dev.finspect.session.TraceSink;
import dev.finspect.session.trace.TraceQuestion.Kind;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.trace.TraceEvent;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Joins what the kernel's tracing shows to sessions; runs between the sessions and their sinks.
 *
 * <pre>
 *   RST, FIN, failed attempt -&gt; question \
 *                                          trace's thread: look -&gt; answer -&gt; SessionTrace of the session
 *   kernel's event -&gt; RecentEvents        /
 * </pre>
 *
 * The kernel has written its event before it sends the segment, so a look that begins after a session has seen an RST has the event
 * for it. The end of such a session waits for that look, some milliseconds; all others pass at once.
 */
public final class TraceJoin implements SessionSink, TraceSink {
    /** A loop finds an RST at once, unless it does not read the leg; then no answer is better than that of another connection. */
    static final long LATEST_NANOS = 1_000_000_000L;
    /** finspect's RST goes out when the socket is closed, which may be a moment later than the event. */
    static final long OWN_NANOS = 100_000_000L;
    /** Two processors' readings of the clock. */
    static final long SLACK_NANOS = 1_000_000L;
    /** Most connections are over sooner after a FIN: there the moment of CLOSE-WAIT says nothing. */
    static final long LASTING_NANOS = 100_000_000L;

    private static final long LOOK_SOON_NANOS = 5_000_000L;
    private static final long LOOK_LATER_NANOS = 250_000_000L;
    private static final int MOST_CONNECTIONS = 8192;

    private final SessionSink next;
    private final int mostWaiting;
    private final Map<String, TracedSession> living = new ConcurrentHashMap<>();
    private final Queue<Object> reports = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final ArrayDeque<Object> taken = new ArrayDeque<>();
    private final ArrayDeque<TraceQuestion> unanswered = new ArrayDeque<>();
    private final RecentEvents recent = new RecentEvents(MOST_CONNECTIONS);
    private volatile @Nullable Runnable wake;

    /**
     * A join for a trace that has not begun.
     *
     * @param next receives all events and records
     * @param mostWaiting how many ends wait at once; further ends are reported at once
     */
    public TraceJoin(SessionSink next, int mostWaiting) {
        this.next = next;
        this.mostWaiting = mostWaiting;
    }

    /** The trace has begun: sessions that open from now on are traced. {@code waker} has it look soon; from any thread. */
    public void begin(Runnable waker) {
        wake = waker;
    }

    /** Ends that wait for the trace. Any thread. */
    public int waiting() {
        return waitingCount.get();
    }

    // Called by sessions, on their event loops.

    @Override
    public void opened(SessionIdentity identity, SessionCaptures captures) {
        if (wake != null) {
            SessionTrace trace = new SessionTrace();
            captures.traced(trace);
            living.put(identity.id(), new TracedSession(identity, trace));
        }
        next.opened(identity, captures);
    }

    @Override
    public void happened(SessionIdentity identity, SessionEvent event) {
        next.happened(identity, event);
        if (wake == null) {
            return;
        }
        if (event instanceof SessionEvent.PeerReset e) {
            if (e.errno().cause() == Errno.Cause.RESET) {
                ask(identity, Kind.PEER_RESET, e.leg(), e.atNanos());
            }
        } else if (event instanceof SessionEvent.OutputReset e) {
            ask(identity, Kind.LOCAL_RESET, e.leg(), e.atNanos());
        } else if (event instanceof SessionEvent.OutputShut e) {
            ask(identity, Kind.CLOSE_WAIT, e.leg(), e.atNanos());
        } else if (event instanceof SessionEvent.Connected e) {
            TracedSession session = living.get(identity.id());
            if (session != null) {
                session.connected(FourTuple.of(e.peer(), e.local()), e.atNanos() - e.durationNanos());
            }
        } else if (event instanceof SessionEvent.AttemptFailed e) {
            attemptFailed(identity, e);
        }
    }

    private void ask(SessionIdentity identity, Kind kind, Leg leg, long atNanos) {
        TracedSession session = living.get(identity.id());
        FourTuple tuple =
                session == null ? null : kind == Kind.LOCAL_RESET ? session.toPeer(leg) : session.fromPeer(leg);
        if (session == null || tuple == null) {
            return;
        }
        // A loop notes what it has done after it has done it, on a busy machine some milliseconds later.
        long earliest = atNanos - LATEST_NANOS;
        long began = session.beganNanos(leg);
        long from = earliest - began < 0 ? began : earliest;
        long until = switch (kind) {
            case PEER_RESET -> atNanos + SLACK_NANOS;
            case LOCAL_RESET -> atNanos + OWN_NANOS;
            case CLOSE_WAIT -> atNanos + LATEST_NANOS;
        };
        ask(new TraceQuestion(session, kind, leg, -1, tuple, from, until));
    }

    private void attemptFailed(SessionIdentity identity, SessionEvent.AttemptFailed e) {
        TracedSession session = living.get(identity.id());
        if (session == null) {
            return;
        }
        int place = session.attemptEnded();
        InetSocketAddress address = e.address();
        InetSocketAddress local = e.local();
        boolean reset = e.errno() != null
                && (e.errno().equals(Errno.ECONNREFUSED) || e.errno().equals(Errno.ECONNRESET));
        if (reset && address != null && address.getAddress() != null && local != null && local.getPort() != 0) {
            long began = e.atNanos() - Math.min(e.durationNanos(), LATEST_NANOS);
            ask(new TraceQuestion(
                    session,
                    Kind.PEER_RESET,
                    Leg.UPSTREAM,
                    place,
                    FourTuple.of(address, local),
                    began - SLACK_NANOS,
                    e.atNanos() + SLACK_NANOS));
        }
    }

    private void ask(TraceQuestion question) {
        reports.add(question);
        Runnable waker = wake;
        if (question.holdsEnd()) {
            question.session().asked = true;
            if (waker != null) {
                waker.run();
            }
        }
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
    public void over(EndedSession session) {
        next.over(session);
    }

    @Override
    public void attemptFailed(SessionRecord record) {
        next.attemptFailed(record);
    }

    @Override
    public void attemptsFailedBesides(String route, long count) {
        next.attemptsFailedBesides(route, count);
    }

    @Override
    public void ended(EndedSession session) {
        TracedSession traced = living.remove(session.identity().id());
        if (traced != null) {
            traced.over = true;
        }
        if (traced == null || !traced.asked || wake == null || waitingCount.get() >= mostWaiting) {
            next.ended(session);
            return;
        }
        waitingCount.incrementAndGet();
        reports.add(new End(traced, session));
        if (wake == null) {
            reportAllEnds();
        }
    }

    /** The end of a session that waits. */
    private record End(TracedSession traced, EndedSession session) {}

    // Called by the trace, on its thread.

    @Override
    public synchronized void lookBegins() {
        for (Object report = reports.poll(); report != null; report = reports.poll()) {
            taken.add(report);
        }
    }

    @Override
    public void event(TraceEvent event) {
        recent.add(event);
    }

    @Override
    public synchronized long lookEnds(long nowNanos) {
        int before = unanswered.size();
        for (int i = 0; i < before; i++) {
            TraceQuestion question = unanswered.remove();
            answer(question, nowNanos);
        }
        for (Object report = taken.poll(); report != null; report = taken.poll()) {
            if (report instanceof TraceQuestion question) {
                question.session().open += question.holdsEnd() ? 1 : 0;
                answer(question, nowNanos);
            } else if (report instanceof End end) {
                end.traced().end = end.session();
                reportIfAnswered(end.traced());
            }
        }
        return waitingCount.get() > 0 ? LOOK_SOON_NANOS : unanswered.isEmpty() ? LOOK_LATER_NANOS : LASTING_NANOS;
    }

    private void answer(TraceQuestion question, long nowNanos) {
        TracedSession session = question.session();
        boolean holds = question.holdsEnd();
        if (!holds && (session.over || nowNanos - (question.untilNanos() - LATEST_NANOS) < LASTING_NANOS)) {
            if (!session.over) {
                unanswered.add(question);
            }
            return;
        }
        if (!question.answer(recent) && nowNanos - question.untilNanos() <= 0) {
            unanswered.add(question);
            return;
        }
        session.open -= holds ? 1 : 0;
        reportIfAnswered(session);
    }

    private void reportIfAnswered(TracedSession session) {
        EndedSession end = session.end;
        if (end != null && session.open == 0) {
            session.end = null;
            try {
                next.ended(end);
            } finally {
                waitingCount.decrementAndGet();
            }
        }
    }

    @Override
    public void ended(@Nullable String reason) {
        wake = null;
        reportAllEnds();
        living.clear();
    }

    /** Reports all ends that still wait, each once. Any thread that finds the trace over may call it. */
    private synchronized void reportAllEnds() {
        lookBegins();
        for (TraceQuestion question : unanswered) {
            question.session().open = 0;
            reportIfAnswered(question.session());
        }
        unanswered.clear();
        for (Object report = taken.poll(); report != null; report = taken.poll()) {
            if (report instanceof End end) {
                end.traced().open = 0;
                end.traced().end = end.session();
                reportIfAnswered(end.traced());
            }
        }
    }
}
