package dev.finspect.session.passive;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.lifecycle.TimeLimits;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.LivingConnection;
import dev.finspect.lifecycle.connection.ServicePorts;
import dev.finspect.lifecycle.connection.TrackingSettings;
import dev.finspect.record.PeerSocket;
import dev.finspect.session.CaptureSink;
import dev.finspect.session.EndedSession;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.RouteCounters;
import dev.finspect.session.SegmentBatch;
import dev.finspect.session.SessionCaptures;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.session.file.CapturedConnections;
import dev.finspect.session.file.CapturedRecords;
import dev.finspect.session.file.JoinedLegs;
import dev.finspect.session.kept.KeptCapture;
import dev.finspect.session.watch.RouteDiagnosis;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Follows connections of others in a live capture, as a capture file is read, and looks once a second whether something hangs
 * in them. Nothing of it reaches the traffic.
 *
 * <pre>
 *   segment -&gt; connections (facts) -&gt; record -&gt; sink (log, meters, history)
 *                    |  once a second
 *                    v
 *                living sessions -&gt; rules -&gt; findings -&gt; sink;  directory
 * </pre>
 *
 * <p>The capture's thread writes; any thread may ask for living sessions. One lock orders them: a question holds it for a few
 * sessions at most, so that the capture's ring covers the wait.
 */
public final class PassiveConnections implements CaptureSink {
    /** The kernel delivers packets about 20 ms late; threads can be late as well. */
    static final long SETTLE_NANOS = 60_000_000L;

    static final long SWEEP_NANOS = 1_000_000_000L;
    private static final long LOOK_MILLIS = 250;

    /**
     * How long a connection may be silent is not limited, since one that hangs is. A SYN is unanswered for longer than Linux
     * sends it again.
     */
    private static final TimeLimits LIMITS =
            new TimeLimits(Duration.ofSeconds(130), Duration.ZERO, Duration.ZERO, TimeLimits.ZEEK.afterClose());

    private final PassiveSettings settings;
    private final SessionSink sink;
    private final RouteCounters counters;
    private final CapturedRecords records;
    private final CapturedConnections connections;
    private final Echoes echoes = new Echoes();
    private final PassivePairs pairs;
    private final PassiveHeaders headers;
    private final PassiveSessions living = new PassiveSessions();

    private long nextSweepNanos;
    private boolean over;

    /** Follows nothing yet; reports to {@code sink}, under this object's lock. */
    public PassiveConnections(PassiveSettings settings, SessionSink sink) {
        RouteDiagnosis diagnosis = settings.diagnosis();
        this.settings = settings;
        this.sink = sink;
        this.counters = new RouteCounters(settings.route());
        this.records = CapturedRecords.watched(
                settings.route(),
                settings.startEpochNanos(),
                settings.salt(),
                diagnosis == null ? Thresholds.STANDARD : diagnosis.thresholds());
        this.connections = new CapturedConnections(
                new TrackingSettings(LIMITS, settings.mostConnections(), ServicePorts.WELL_KNOWN, true),
                settings.startEpochNanos(),
                records,
                new Outlet());
        this.headers = new PassiveHeaders(records, settings.keptBytes());
        this.pairs = new PassivePairs(connections, new Joined());
        this.nextSweepNanos = settings.startEpochNanos() + SWEEP_NANOS;
    }

    /** What was followed so far, for meters. Any thread. */
    public RouteCounters counters() {
        return counters;
    }

    /** The living sessions, from the first look at them on: within a second. Any thread. */
    public SessionDirectory directory() {
        return new PassiveDirectory(this);
    }

    /** The headers that are kept of a session, living or closed, by its id. Any thread. */
    public synchronized List<KeptCapture> kept(String id) {
        return sought(id).map(session -> headers.of(session.legs())).orElseGet(() -> headers.over(id));
    }

    /** Of how many connections without a last record headers are kept. */
    synchronized int keptLiving() {
        return headers.living();
    }

    /** Connections that were let go because there were too many. Any thread. */
    public synchronized long evicted() {
        return connections.evicted();
    }

    // Called by the capture, on its thread.

    @Override
    public synchronized void segments(SegmentBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            TcpSegment segment = batch.segment(i);
            if (settings.wanted().test(segment.tuple()) && !echoes.isEcho(segment)) {
                headers.add(connections.segment(segment), batch, i);
            }
        }
        sweep(batch.segment(batch.size() - 1).atNanos());
    }

    @Override
    public synchronized void icmpError(IcmpError error, byte[] packet) {
        if (settings.wanted().test(error.quoted())) {
            headers.add(connections.icmpError(error), error, packet);
        }
    }

    @Override
    public synchronized void dropped(long packets, long fromNanos, long toNanos) {
        records.lost(packets, fromNanos, toNanos);
    }

    @Override
    public synchronized long caughtUp(long nowEpochNanos, long nowNanos) {
        connections.advanceTo(nowEpochNanos - SETTLE_NANOS);
        sweep(nowEpochNanos - SETTLE_NANOS);
        return LOOK_MILLIS;
    }

    /** All that live end here, with what is known of them. */
    @Override
    public synchronized void ended(@Nullable String reason) {
        if (!over) {
            over = true;
            connections.finish();
            RouteDiagnosis diagnosis = settings.diagnosis();
            if (diagnosis != null) {
                diagnosis.allOmittedLines().forEach(sink::omitted);
            }
        }
    }

    private void sweep(long nowNanos) {
        if (nowNanos < nextSweepNanos) {
            return;
        }
        nextSweepNanos = nowNanos + SWEEP_NANOS;
        pairs.swept();
        Set<Long> open = new HashSet<>();
        connections.forEachOpen(connection -> {
            open.add(connection.number());
            begin(connection);
        });
        for (PassiveSession session : living.all()) {
            if (pairs.ofUpstream(session.number()) == null && session.legs().anyOf(open)) {
                sweep(session, nowNanos);
            }
            if (session.hangs() && session.legs().over()) {
                session.clearAll(session.legs().lastAtNanos());
            }
        }
        RouteDiagnosis diagnosis = settings.diagnosis();
        List<OmittedLines> omitted = diagnosis == null ? List.of() : diagnosis.omittedLines(nowNanos);
        omitted.forEach(sink::omitted);
    }

    private void begin(LivingConnection connection) {
        if (living.of(connection.number()) == null && pairs.ofUpstream(connection.number()) == null) {
            counters.acceptedSessions.increment();
            counters.activeSessions.increment();
            PassiveSession session = new PassiveSession(settings, records, sink, connection);
            living.add(session);
            pairs.begun(session);
        }
    }

    private void sweep(PassiveSession session, long nowNanos) {
        boolean due = session.isDue(nowNanos);
        pairs.check(session, nowNanos);
        if (due) {
            look(session, nowNanos, each -> each.askNow(nowNanos, answers(each)));
            PassiveSession whole = pairs.examined(session);
            whole.ask(nowNanos, answers(whole));
        }
        if (pairs.ofUpstream(session.number()) == null) {
            session.swept(nowNanos);
        }
    }

    /** Lets the rules look; before a hang is reported, at both legs where a process of this host joins two. */
    private void look(PassiveSession session, long nowNanos, Consumer<PassiveSession> ask) {
        List<Finding> found = session.find(nowNanos);
        if (session.legs().areTwo() || found.stream().noneMatch(Finding::accuses)) {
            session.found(found, nowNanos);
            return;
        }
        switch (pairs.settle(session, nowNanos, ask)) {
            case JOINED -> {
                PassiveSession whole = pairs.examined(session);
                whole.found(whole.find(nowNanos), nowNanos);
            }
            case UNDECIDED -> {
                if (!session.joinTries().mayWait()) {
                    session.joinTries().failed(nowNanos);
                    session.found(found, nowNanos);
                }
            }
            case ALONE -> session.found(found, nowNanos);
        }
    }

    private Consumer<PassiveSession.Answer> answers(PassiveSession session) {
        return answer -> answered(session, answer);
    }

    private synchronized void answered(PassiveSession session, PassiveSession.Answer answer) {
        boolean lives = living.has(session) && !over;
        if (lives && session.answered(answer) && session.legs().anyOpen()) {
            look(session, Math.max(answer.socket().atEpochNanos(), connections.lastAtNanos()), each -> {});
        }
    }

    /** Keeps the sessions that live, when two of them become one or one becomes two. */
    private final class Joined implements PassivePairs.Outlet {
        @Override
        public void joined(PassivePairs.Pair pair, PeerSocket.Holder process) {
            long now = connections.lastAtNanos();
            living.remove(pair.upstream().number());
            counters.activeSessions.decrement();
            pair.upstream().becameLeg(now);
            pair.client().join(pair.upstream(), process, now);
        }

        @Override
        public void split(PassivePairs.Pair pair) {
            pair.client().split(connections.lastAtNanos());
            living.add(pair.upstream());
            counters.activeSessions.increment();
            pair.upstream().isNoLeg();
        }
    }

    // Ends.

    /** What ends is reported once. */
    private final class Outlet implements CapturedConnections.Outlet {
        @Override
        public void ended(ConnectionFacts facts) {
            PassivePairs.Pair pair = pairs.ofUpstream(facts.number());
            PassiveSession session = pair == null ? living.of(facts.number()) : pair.upstream();
            if (session != null) {
                session.legs().client().ended(facts);
            }
        }

        @Override
        public void alone(ConnectionFacts facts, boolean continued) {
            apart(facts);
            boolean examined = settings.diagnosis() != null && !continued;
            report(
                    facts,
                    null,
                    examined
                            ? records.alone(facts, connections.lastAtNanos())
                            : continued ? records.continued(facts) : records.alone(facts));
        }

        /** Those whose sockets nobody asked for, or different processes have, stay two. */
        @Override
        public void joined(ConnectionFacts client, ConnectionFacts upstream) {
            PassivePairs.Pair pair = pairs.ofUpstream(upstream.number());
            if (pair == null || pair.client().number() != client.number()) {
                alone(client, false);
                alone(upstream, false);
                return;
            }
            JoinedLegs both = new JoinedLegs(client, upstream);
            report(client, upstream, pair.client().legs().ended(both, connections.lastAtNanos()));
            pairs.over(pair);
        }

        /** One of two legs was decided to be none: the other goes on by itself. */
        private void apart(ConnectionFacts facts) {
            pairs.split(facts.number());
            PassiveSession session = living.of(facts.number());
            JoinedLegs both = session == null ? null : session.legs().both();
            if (both != null) {
                pairs.split(both.upstream().number());
            }
        }
    }

    private void report(ConnectionFacts facts, @Nullable ConnectionFacts upstream, SessionRecord end) {
        PassiveSession session = living.remove(facts.number());
        SessionRecord record = end;
        if (session == null) {
            counters.acceptedSessions.increment();
            SessionIdentity identity = end.identity();
            sink.opened(identity, new SessionCaptures());
            sink.happened(identity, new SessionEvent.Accepted(identity.startNanos(), null, null));
        } else {
            pairs.over(session);
            if (end.closed()) {
                session.clearAll(session.legs().lastAtNanos());
            } else {
                session.letGo(connections.lastAtNanos());
            }
            record = session.closed(end);
            counters.activeSessions.decrement();
        }
        add(record);
        EndedSession ended = new EndedConnection(record);
        headers.over(ended, facts, upstream);
        sink.over(ended);
        sink.closed(record);
    }

    private void add(SessionRecord record) {
        counters.clientBytesReceived.add(
                record.client().data().traffic().bytesReceived().or(0L));
        counters.clientBytesSent.add(
                record.client().data().traffic().bytesSent().or(0L));
        counters.upstreamBytesReceived.add(
                record.upstream().data().traffic().bytesReceived().or(0L));
        counters.upstreamBytesSent.add(
                record.upstream().data().traffic().bytesSent().or(0L));
    }

    // For the directory.

    /** The living sessions at this moment, oldest first. */
    synchronized List<PassiveSession> all() {
        return living.all();
    }

    /** The living session of this id, or in which the one of this id goes on. */
    synchronized Optional<PassiveSession> sought(String id) {
        PassiveSession session = living.of(id);
        return Optional.ofNullable(session == null ? pairs.goesOnIn(id) : session);
    }

    /** What is made of a session at the time of the capture, under the lock; empty if it has ended. */
    synchronized <T> Optional<T> of(PassiveSession session, LongFunction<Optional<T>> make) {
        return living.has(session) ? make.apply(connections.lastAtNanos()) : Optional.empty();
    }

    /** Asks for the sockets of a session on this host; completed when the answers are in. */
    synchronized CompletableFuture<Void> ask(PassiveSession session) {
        Map<Leg, CompletableFuture<Void>> waits = new EnumMap<>(Leg.class);
        for (Leg leg : Leg.values()) {
            waits.put(leg, new CompletableFuture<>());
        }
        Set<Leg> asked = session.askNow(connections.lastAtNanos(), answer -> {
            answered(session, answer);
            Objects.requireNonNull(waits.get(answer.leg())).complete(null);
        });
        return CompletableFuture.allOf(asked.stream().map(waits::get).toArray(CompletableFuture<?>[]::new));
    }
}
