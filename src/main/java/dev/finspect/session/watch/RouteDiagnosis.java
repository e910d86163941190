package dev.finspect.session.watch;

import dev.finspect.diagnose.Expectation;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.record.Habit;
import dev.finspect.record.IdleLimit;
import dev.finspect.session.IdleTimes;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.live.LegTraffic;
import dev.finspect.session.live.SessionTracker;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What all sessions of a route need to be diagnosed: thresholds, the look-up of peers' sockets, and what finspect itself
 * does to the route. Any thread.
 */
public final class RouteDiagnosis {
    /** How far the times of a fact can differ between its sources. A threshold is checked once more after this time. */
    private static final long SLACK_NANOS = 1_000_000_000L;

    private final Thresholds thresholds;
    private final PeerSockets sockets;
    private final long[] marksNanos;
    private final LongAdder leftUnanswered;
    private final LongAdder spoken;
    private final LongAdder greeted;
    private final WordHabits habits;
    private final ReachedAddresses reached;
    private final LineLimit lines;
    private final IdleTimes idleTimes;
    private final Expectation answers;
    private volatile @Nullable Fact<Long> drainingSince;
    private volatile @Nullable Fact<String> closePolicy;
    private volatile Map<Leg, Observation<Long>> firstProbeNanos = Map.of();

    private RouteDiagnosis(
            Thresholds thresholds,
            Expectation answers,
            PeerSockets sockets,
            IdleTimes idleTimes,
            @Nullable RouteDiagnosis before) {
        this.thresholds = thresholds;
        this.answers = answers;
        this.sockets = sockets;
        this.idleTimes = idleTimes;
        this.leftUnanswered = before == null ? new LongAdder() : before.leftUnanswered;
        this.spoken = before == null ? new LongAdder() : before.spoken;
        this.greeted = before == null ? new LongAdder() : before.greeted;
        this.reached = before == null ? new ReachedAddresses() : before.reached;
        this.habits = before == null ? new WordHabits() : before.habits;
        this.lines = before == null ? new LineLimit() : before.lines;
        this.marksNanos = Stream.of(
                        thresholds.connect(),
                        thresholds.accept(),
                        thresholds.silence(),
                        thresholds.unread(),
                        thresholds.nobodySpeaks(),
                        thresholds.zeroWindow(),
                        thresholds.unacknowledged(),
                        thresholds.vanished(),
                        thresholds.notClosing(),
                        thresholds.finUnacknowledged(),
                        thresholds.tlsHandshake(),
                        thresholds.idleBeforeReset())
                .mapToLong(Duration::toNanos)
                .sorted()
                .distinct()
                .toArray();
    }

    /** For a route of these settings; null when its sessions are not diagnosed. */
    public static @Nullable RouteDiagnosis of(DiagnosisSettings settings, PeerSockets sockets) {
        return of(settings, sockets, new IdleTimes(), null);
    }

    /**
     * The same for a route whose settings change while it runs.
     *
     * @param idleTimes what is learnt of idle connections, over all changes
     * @param before the diagnosis until now, whose sessions go on with it: both share what was learnt of the service, and
     *     the limit for lines; null for none
     */
    public static @Nullable RouteDiagnosis of(
            DiagnosisSettings settings, PeerSockets sockets, IdleTimes idleTimes, @Nullable RouteDiagnosis before) {
        return settings.enabled()
                ? new RouteDiagnosis(settings.thresholds(), settings.answers(), sockets, idleTimes, before)
                : null;
    }

    /** A session of the route begins. */
    void begun(SessionTracker session) {
        session.traffic(Leg.UPSTREAM).answersTo(habits);
    }

    /**
     * Counts the sessions in which the service spoke, in which it did so unasked, and which clients left content without; and
     * the words that needed no answer.
     */
    void happened(SessionTracker session, SessionEvent event) {
        if (event instanceof SessionEvent.Ended) {
            LegTraffic upstream = session.traffic(Leg.UPSTREAM);
            if (upstream.unansweredSinceNanos != LegTraffic.NEVER && session.endedCleanly()) {
                habits.leftUnanswered(upstream.unansweredBytes(), upstream.isFirstWord());
            }
            rested(session);
        } else if (event instanceof SessionEvent.PeerReset reset) {
            LegTraffic traffic = session.traffic(reset.leg());
            died(session, reset.leg(), traffic.restBeforeEndNanos(reset.atNanos()), false);
        } else if (event instanceof SessionEvent.PeerFin fin && fin.leg() == Leg.UPSTREAM) {
            finished(session, fin.atNanos());
        } else if (event instanceof SessionEvent.Connected connected) {
            if (!session.way().lookups().isEmpty()) {
                reached.reached(connected.peer(), session.identity().epochNanos(connected.atNanos()));
            }
        } else if (event instanceof SessionEvent.FirstByte first && first.leg() == Leg.UPSTREAM) {
            spoken.increment();
            if (session.traffic(Leg.CLIENT).firstReceivedAtNanos == LegTraffic.NEVER) {
                greeted.increment();
            }
        }
    }

    private void finished(SessionTracker session, long atNanos) {
        if (session.leftUnanswered()) {
            leftUnanswered.increment();
        }
        LegTraffic upstream = session.traffic(Leg.UPSTREAM);
        if (session.halfClosedBy() == Leg.UPSTREAM && upstream.unansweredSinceNanos == LegTraffic.NEVER) {
            died(session, Leg.UPSTREAM, upstream.restBeforeEndNanos(atNanos), true);
        }
    }

    /** A living session is looked at, one that may have waited for an answer for as long as counts. */
    void looked(SessionTracker session, long nowNanos) {
        long sinceNanos = session.traffic(Leg.UPSTREAM).unansweredSinceNanos;
        if (sinceNanos != LegTraffic.NEVER
                && nowNanos - sinceNanos >= thresholds.silence().toNanos()) {
            habits.silences().waits(session.identity().id(), nowNanos);
        }
    }

    /** Learns from the session's rests that its peers were heard after. */
    void rested(SessionTracker session) {
        for (Leg leg : Leg.values()) {
            long nanos = session.traffic(leg).takeSurvivedRestNanos();
            if (nanos > 0) {
                idleTimes.survived(leg, peer(session, leg), nanos);
            }
        }
    }

    /** The same of a rest after which the peer was not heard any more. */
    void forgotten(SessionTracker session, Leg leg, long restNanos) {
        died(session, leg, restNanos, false);
    }

    private void died(SessionTracker session, Leg leg, long restNanos, boolean closed) {
        if (restNanos >= thresholds.idleBeforeReset().toNanos()) {
            idleTimes.died(leg, peer(session, leg), restNanos, closed);
        }
    }

    /** How long connections to this peer may be idle; none where nothing is known. */
    Observation<IdleLimit> idleLimit(SessionTracker session, Leg leg) {
        Observation<IdleLimit> learnt = idleTimes.of(leg, peer(session, leg));
        IdleLimit limit = learnt.orNull();
        Observation<Long> probe = firstProbeNanos.get(leg);
        return limit == null || probe == null ? learnt : Fact.inferred(limit.probedAfter(probe));
    }

    /** The idle time before the first keep-alive probe on each leg of the route; null where finspect's kernel sends none. */
    public void keepAlive(@Nullable Duration client, @Nullable Duration upstream) {
        firstProbeNanos = Map.of(Leg.CLIENT, probeNanos(client), Leg.UPSTREAM, probeNanos(upstream));
    }

    private static Observation<Long> probeNanos(@Nullable Duration firstProbe) {
        return firstProbe == null ? Observation.none(Source.SOCKET) : Fact.socket(firstProbe.toNanos());
    }

    private static @Nullable InetSocketAddress peer(SessionTracker session, Leg leg) {
        return leg == Leg.CLIENT ? session.identity().client() : session.way().peer();
    }

    /** When another session last reached the address that this one tries; not observed without one. */
    Observation<Long> reachedElsewhere(SessionTracker session) {
        InetSocketAddress tried = session.way().lastTried();
        return tried == null ? Observation.notObserved() : reached.reachedAt(tried);
    }

    /** How the service has dealt with words like the one that it has not answered here; none while it has answered all. */
    Observation<Habit> habit(LegTraffic upstream) {
        return upstream.unansweredSinceNanos == LegTraffic.NEVER
                ? Observation.none(Source.SOCKET)
                : Fact.inferred(habits.of(upstream.unansweredBytes(), upstream.isFirstWord()));
    }

    /** The longest time that an answer took here, or elsewhere to words like the one unanswered here, nanoseconds; 0 without any. */
    long longestAnswerNanos(LegTraffic upstream) {
        return Math.max(
                upstream.longestAnswerNanos,
                habits.longestAnswerNanos(upstream.unansweredBytes(), upstream.isFirstWord()));
    }

    /** Whether the service is silent in another session as well, and in all of them since this one's word was sent. */
    Observation<Boolean> silentElsewhere(SessionTracker session, long nowNanos) {
        long sinceNanos = session.traffic(Leg.UPSTREAM).unansweredSinceNanos;
        if (sinceNanos == LegTraffic.NEVER || session.ended()) {
            return Observation.none(Source.SOCKET);
        }
        return Fact.socket(habits.silences().others(session.identity().id(), sinceNanos, nowNanos));
    }

    /** Whether the route's clients expect answers, by its configuration. */
    Expectation answers() {
        return answers;
    }

    /**
     * Whether the service has spoken unasked in any session, as one does that greets its clients; null when it has never
     * spoken.
     */
    @Nullable
    Boolean greets() {
        return greeted.sum() > 0 ? Boolean.TRUE : spoken.sum() > 0 ? Boolean.FALSE : null;
    }

    /**
     * Whether the service speaks in other sessions than this one: true once it has; false while it never has, and a client
     * asked for nothing but the end, as of a service whose protocol has no answers; null when neither is known, as of a
     * service that has answered no client since finspect began.
     */
    @Nullable
    Boolean speaksElsewhere(SessionTracker session) {
        long spokeHere = session.traffic(Leg.UPSTREAM).firstReceivedAtNanos == LegTraffic.NEVER ? 0 : 1;
        if (spoken.sum() > spokeHere) {
            return true;
        }
        return leftUnanswered.sum() > (session.leftUnanswered() ? 1 : 0) ? false : null;
    }

    /** Limits the lines about the route's living sessions. */
    public LineLimit lines() {
        return lines;
    }

    /** Entries for lines that were left out, complete at this time and not returned before. */
    public List<OmittedLines> omittedLines(long nowNanos) {
        return lines.due(nowNanos);
    }

    /** The same, complete or not: no session lives any more. */
    public List<OmittedLines> allOmittedLines() {
        return lines.all();
    }

    /** Whether lines were left out for which no entry was returned yet. */
    public boolean omitsLines() {
        return lines.pending();
    }

    /** finspect lets the route's sessions run out, from this moment on: wall clock, nanoseconds since the Unix epoch. */
    public void draining(long sinceEpochNanos) {
        if (drainingSince == null) {
            drainingSince = Fact.socket(sinceEpochNanos);
        }
    }

    /** What the route plays of another proxy's behaviour at a close; null when it is faithful. */
    public void closePolicy(@Nullable String label) {
        closePolicy = label == null ? null : Fact.socket(label);
    }

    @Nullable
    Fact<String> closePolicy() {
        return closePolicy;
    }

    /** From when on a state counts as hung. */
    public Thresholds thresholds() {
        return thresholds;
    }

    /** Who looks up the sockets of peers. */
    public PeerSockets sockets() {
        return sockets;
    }

    @Nullable
    Fact<Long> drainingSince() {
        return drainingSince;
    }

    /** Whether a state that began then lasts for the least of all thresholds. */
    public boolean lasts(long sinceNanos, long nowNanos) {
        return sinceNanos != LegTraffic.NEVER && nowNanos - sinceNanos >= marksNanos[0];
    }

    /**
     * Whether what has been so since then has come past a threshold since the last look, or past twice, four times, ... the
     * greatest one: what a late or missing fact hid at the moment of its threshold is found later.
     */
    public boolean passes(long sinceNanos, long lastLookNanos, long nowNanos) {
        if (sinceNanos == LegTraffic.NEVER) {
            return false;
        }
        long age = nowNanos - sinceNanos;
        long ageBefore = lastLookNanos - sinceNanos - SLACK_NANOS;
        if (age < marksNanos[0]) {
            return false;
        }
        for (long mark : marksNanos) {
            if (ageBefore < mark && age >= mark) {
                return true;
            }
        }
        long multiples = age / marksNanos[marksNanos.length - 1];
        return multiples > 1 && ageBefore < Long.highestOneBit(multiples) * marksNanos[marksNanos.length - 1];
    }

    /** The same for one threshold that is the session's own. */
    static boolean passes(long sinceNanos, long markNanos, long lastLookNanos, long nowNanos) {
        return sinceNanos != LegTraffic.NEVER
                && nowNanos - sinceNanos >= markNanos
                && lastLookNanos - sinceNanos - SLACK_NANOS < markNanos;
    }

    @Override
    public String toString() {
        return "thresholds of " + Arrays.toString(marksNanos) + " ns";
    }
}
