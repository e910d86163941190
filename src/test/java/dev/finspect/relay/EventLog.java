package dev.finspect.relay;

import dev.finspect.record.LegData;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Keeps every event of every session, for tests to wait for and to read. */
final class EventLog implements SessionSink {
    private static final long PATIENCE_SECONDS = 90;

    private final Map<String, Session> byId = new LinkedHashMap<>();
    private final List<Session> sessions = new ArrayList<>();
    private final List<SessionRecord> lines = new ArrayList<>();
    private int ended;
    private volatile @Nullable SessionDirectory living;

    /** Where the sessions that live now are found. */
    void living(SessionDirectory directory) {
        living = directory;
    }

    /** Records so far of the sessions that live now, at most so many. */
    List<SessionRecord> livingRecords(int limit) throws Exception {
        return Objects.requireNonNull(living)
                .first(limit, SessionDirectory.Selection.ALL)
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public synchronized void happened(SessionIdentity identity, SessionEvent event) {
        Session session = byId.computeIfAbsent(identity.id(), id -> begin(identity));
        if (session.over) {
            session.complaint = "after the end came " + event;
        }
        if (session.events.isEmpty() != event instanceof SessionEvent.Accepted) {
            session.complaint = "the first is not Accepted, or another is: " + event;
        }
        session.events.add(event);
        notifyAll();
    }

    @Override
    public synchronized void closed(SessionRecord record) {
        Session session = byId.get(record.identity().id());
        if (session == null) {
            throw new IllegalStateException("never accepted: " + record);
        }
        if (session.over || !(last(session.events) instanceof SessionEvent.Ended)) {
            session.complaint = "closed, but not ended, or twice: " + record;
        }
        session.over = true;
        session.record = record;
        ended++;
        notifyAll();
    }

    @Override
    public synchronized void progressed(SessionRecord record) {
        lines.add(record);
        notifyAll();
    }

    /** Lines about sessions that live on, so far. */
    synchronized List<SessionRecord> lines() {
        return List.copyOf(lines);
    }

    /** Waits for a line about a session that lives on, written for this. */
    SessionRecord awaitLine(RecordEvent kind) throws InterruptedException {
        await(kind.label(), () -> lines.stream().anyMatch(line -> line.event() == kind));
        return lines().stream().filter(line -> line.event() == kind).findFirst().orElseThrow();
    }

    private static SessionEvent last(List<SessionEvent> events) {
        return events.get(events.size() - 1);
    }

    private Session begin(SessionIdentity identity) {
        Session session = new Session(identity, ThreadExecutorMap.currentExecutor());
        sessions.add(session);
        return session;
    }

    /** The session of this number, counted from 0; waits until it begins. */
    Session session(int number) throws InterruptedException {
        await("session " + number, () -> sessions.size() > number);
        synchronized (this) {
            return sessions.get(number);
        }
    }

    /** The only session; waits until it has ended. */
    Session ended() throws InterruptedException {
        Session only = session(0);
        only.awaitEnd();
        synchronized (this) {
            if (sessions.size() != 1) {
                throw new AssertionError(sessions.size() + " sessions instead of one");
            }
        }
        return only;
    }

    /** Waits until so many sessions have ended. */
    void awaitEnded(int count) throws InterruptedException {
        await(count + " ended sessions", () -> ended >= count);
    }

    /** All sessions so far, in the order of their beginning. */
    synchronized List<Session> sessions() {
        return List.copyOf(sessions);
    }

    private synchronized void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("waited in vain for " + what + "; " + this);
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    @Override
    public synchronized String toString() {
        StringBuilder all = new StringBuilder();
        for (Session session : sessions.subList(Math.max(0, sessions.size() - 5), sessions.size())) {
            all.append('\n').append(session.events);
        }
        return sessions.size() + " sessions, " + ended + " ended:" + all;
    }

    /** What is known of one session. */
    final class Session {
        private final List<SessionEvent> events = new ArrayList<>();
        private final SessionIdentity identity;
        private final @Nullable EventExecutor loop;
        private boolean over;
        private @Nullable SessionRecord record;
        private @Nullable String complaint;

        Session(SessionIdentity identity, @Nullable EventExecutor loop) {
            this.identity = identity;
            this.loop = loop;
        }

        /** The loop on which it lives. */
        @Nullable
        EventExecutor loop() {
            return loop;
        }

        SessionIdentity identity() {
            return identity;
        }

        /** Its record, once it has ended. */
        SessionRecord record() {
            synchronized (EventLog.this) {
                return Objects.requireNonNull(record);
            }
        }

        List<SessionEvent> events() {
            synchronized (EventLog.this) {
                if (complaint != null) {
                    throw new AssertionError(complaint);
                }
                return List.copyOf(events);
            }
        }

        void awaitEnd() throws InterruptedException {
            EventLog.this.await("the end", () -> over);
        }

        /** Waits for an event of this kind. */
        <T extends SessionEvent> T await(Class<T> kind) throws InterruptedException {
            return await(kind, event -> true);
        }

        <T extends SessionEvent> T await(Class<T> kind, Predicate<T> which) throws InterruptedException {
            EventLog.this.await(kind.getSimpleName(), () -> find(kind, which) != null);
            return one(kind, which);
        }

        /** The first event of this kind, which must be there. */
        <T extends SessionEvent> T one(Class<T> kind) {
            return one(kind, event -> true);
        }

        private <T extends SessionEvent> T one(Class<T> kind, Predicate<T> which) {
            T found = find(kind, which);
            if (found == null) {
                throw new AssertionError("no " + kind.getSimpleName() + " in " + events());
            }
            return found;
        }

        private <T extends SessionEvent> @Nullable T find(Class<T> kind, Predicate<T> which) {
            synchronized (EventLog.this) {
                return events.stream()
                        .filter(kind::isInstance)
                        .map(kind::cast)
                        .filter(which)
                        .findFirst()
                        .orElse(null);
            }
        }

        boolean has(Class<? extends SessionEvent> kind) {
            return events().stream().anyMatch(kind::isInstance);
        }

        /** Whether a leg was paused more often than it was resumed. */
        boolean standsStill() {
            int paused = 0;
            for (SessionEvent event : events()) {
                paused += event instanceof SessionEvent.Paused ? 1 : 0;
                paused -= event instanceof SessionEvent.Resumed ? 1 : 0;
            }
            return paused > 0;
        }

        /** FINs and RSTs of the peers and of finspect, in order: {@code client.fin, upstream.shut, upstream.rst}. */
        List<String> closing() {
            return events().stream()
                    .map(EventLog::closingWord)
                    .filter(word -> !word.isEmpty())
                    .toList();
        }

        /** Bytes read from this leg's peer so far. */
        long received(Leg leg) throws Exception {
            return traffic(leg, data -> data.traffic().bytesReceived());
        }

        /** Bytes handed to the kernel towards this leg's peer so far. */
        long sent(Leg leg) throws Exception {
            return traffic(leg, data -> data.traffic().bytesSent());
        }

        /** Bytes read from the other peer and never handed to the kernel towards this one. */
        long undelivered(Leg leg) throws Exception {
            return traffic(leg, data -> data.relay().undeliveredBytes());
        }

        /** A number of the record so far, or of the closed one. */
        long traffic(Leg leg, Function<LegData, Observation<Long>> number) throws Exception {
            SessionRecord closed = closedRecord();
            SessionRecord now = closed != null ? closed : living();
            return number.apply(now.leg(leg).data()).or(0L);
        }

        private SessionRecord living() throws Exception {
            SessionDirectory directory = Objects.requireNonNull(living);
            Optional<SessionRecord> found = directory.find(identity.id()).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (found.isPresent()) {
                return found.get();
            }
            awaitEnd();
            return Objects.requireNonNull(closedRecord());
        }

        private @Nullable SessionRecord closedRecord() {
            synchronized (EventLog.this) {
                return record;
            }
        }

        void awaitReceived(Leg leg, long least) throws Exception {
            awaitTraffic(leg, data -> data.traffic().bytesReceived(), least);
        }

        void awaitSent(Leg leg, long least) throws Exception {
            awaitTraffic(leg, data -> data.traffic().bytesSent(), least);
        }

        private void awaitTraffic(Leg leg, Function<LegData, Observation<Long>> number, long least) throws Exception {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (traffic(leg, number) < least) {
                if (System.nanoTime() - end > 0) {
                    throw new AssertionError(
                            "waited in vain for " + least + ", is " + traffic(leg, number) + " of " + leg);
                }
                Thread.onSpinWait();
            }
        }
    }

    private static String closingWord(SessionEvent event) {
        if (event instanceof SessionEvent.PeerFin fin) {
            return fin.leg().label() + ".fin";
        }
        if (event instanceof SessionEvent.PeerReset reset) {
            return reset.leg().label() + ".rst";
        }
        if (event instanceof SessionEvent.OutputShut shut) {
            return shut.leg().label() + ".shut";
        }
        if (event instanceof SessionEvent.OutputReset reset) {
            return reset.leg().label() + ".reset";
        }
        if (event instanceof SessionEvent.ProxyEnded proxy) {
            return "proxy." + proxy.reason().label();
        }
        return "";
    }
}
