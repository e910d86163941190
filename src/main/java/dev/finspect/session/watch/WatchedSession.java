package dev.finspect.session.watch;

import dev.finspect.session.Change;
import dev.finspect.session.ChangedSession;
import dev.finspect.session.EndedSession;
import dev.finspect.session.SessionCaptures;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionRow;
import dev.finspect.session.SessionSink;
import dev.finspect.session.live.LegTraffic;
import dev.finspect.session.live.SessionTracker;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One session of the relay: its tracker folds the events, its watch checks whether it hangs, its sink receives both. Confined to
 * the session's event loop until it has ended.
 *
 * <pre>
 *   event -&gt; tracker (record) -&gt; watch (findings) -&gt; sink (log, meters, history)
 * </pre>
 */
public final class WatchedSession implements EndedSession {
    /** How old the row of a session that hangs may become for those who follow it. */
    private static final long STALE_NANOS = 10_000_000_000L;

    private final SessionTracker tracker;
    private final SessionSink sink;
    private final @Nullable SessionWatch watch;
    private final ChangeQueue queue;
    private long reportedMovement;
    private long shownMovement;
    private long shownAtNanos;
    /** Those for which it waits in the queue, a bit each. */
    private int changes;

    /** A session whose changes nobody follows. */
    public WatchedSession(SessionIdentity identity, SessionSink sink, @Nullable RouteDiagnosis diagnosis) {
        this(identity, sink, diagnosis, new ChangeQueue());
    }

    /**
     * A session that begins now; its first event must be {@link SessionEvent.Accepted}.
     *
     * @param diagnosis null for none
     * @param queue where it waits when it has changed
     */
    public WatchedSession(
            SessionIdentity identity, SessionSink sink, @Nullable RouteDiagnosis diagnosis, ChangeQueue queue) {
        this.tracker = new SessionTracker(identity);
        this.sink = sink;
        this.queue = queue;
        this.watch = diagnosis == null ? null : new SessionWatch(tracker, diagnosis, new Found());
    }

    /** Notes findings that come and go, and passes them on. */
    private final class Found implements SessionSink {
        @Override
        public void happened(SessionIdentity identity, SessionEvent event) {
            note(event);
            sink.happened(identity, event);
        }

        @Override
        public void progressed(SessionRecord record) {
            sink.progressed(record);
        }
    }

    /**
     * Takes the next event and passes it to the sink. After {@link SessionEvent.Ended} the sink has received the ended session
     * as well, and nothing more may come. This also holds when a rule or the sink throws at the last event.
     */
    public void happened(SessionEvent event) {
        if (tracker.ended()) {
            return;
        }
        try {
            take(event);
        } finally {
            if (tracker.ended()) {
                sink.ended(this);
            }
        }
    }

    private void take(SessionEvent event) {
        if (watch != null && event instanceof SessionEvent.Ended) {
            watch.clearAll(event.atNanos());
        }
        tracker.happened(event);
        if (watch != null) {
            watch.folded(event);
        }
        if (event instanceof SessionEvent.Accepted) {
            sink.opened(tracker.identity(), tracker.captures());
        }
        note(event);
        sink.happened(tracker.identity(), event);
        if (tracker.ended()) {
            sink.over(this);
        }
    }

    // Changes, for those who follow the sessions.

    private void note(SessionEvent event) {
        Change change = queue.isFollowed() ? changeBy(event) : null;
        if (change != null) {
            changes = queue.add(this, changes, change);
        }
    }

    /** What those who follow the session are sent for this event; null for nothing. */
    private @Nullable Change changeBy(SessionEvent event) {
        if (event instanceof SessionEvent.Sampled) {
            return null;
        } else if (event instanceof SessionEvent.Accepted) {
            return Change.OPENED;
        } else if (event instanceof SessionEvent.AttemptFailed) {
            return Change.ATTEMPT_FAILED;
        } else if (event instanceof SessionEvent.Connected) {
            return Change.CONNECTED;
        } else if (event instanceof SessionEvent.FirstByte) {
            return Change.FIRST_BYTES;
        } else if (event instanceof SessionEvent.Paused) {
            return Change.PAUSED;
        } else if (event instanceof SessionEvent.Resumed) {
            return Change.RESUMED;
        } else if (event instanceof SessionEvent.PeerFin) {
            return tracker.halfClosedBy() == null ? Change.CLOSING : Change.HALF_CLOSED;
        } else if (event instanceof SessionEvent.PeerReset) {
            return Change.CLOSING;
        }
        return Change.ofFinding(event);
    }

    /** Whether it lives and has changed since it was last taken. */
    boolean hasChanged() {
        return changes != 0 && !tracker.ended();
    }

    /** Forgets for what it waited; returns that. */
    int takeChanges() {
        int taken = changes;
        changes = 0;
        shownMovement = movement();
        return taken;
    }

    /** What it is now, and what has changed since it was last taken; only while it lives. */
    public ChangedSession taken(long nowNanos) {
        int taken = takeChanges();
        shownAtNanos = nowNanos;
        return new ChangedSession(latest(nowNanos), ChangeQueue.setOf(taken));
    }

    /**
     * Checks whether something hangs, where a check is worthwhile. A finding that appears or clears is an event like any other,
     * with a line of its own.
     *
     * @param loop runs what is left to do when an answer about a peer's socket comes: on the session's event loop, with the
     *     time of its clock
     */
    public void examine(long nowNanos, Consumer<LongConsumer> loop) {
        if (watch != null && !tracker.ended()) {
            watch.examine(nowNanos, loop);
        }
        if (queue.isFollowed() && !tracker.ended() && (movement() != shownMovement || isStale(nowNanos))) {
            changes = queue.add(this, changes, Change.MOVED);
        }
    }

    /** Whether it hangs, and its row was sent long ago: its sentence has times that grow, and new evidence may have come. */
    private boolean isStale(long nowNanos) {
        return hangs() && nowNanos - shownAtNanos >= STALE_NANOS;
    }

    /**
     * Reports the record so far, if the session hangs or something of it has moved since the last report. Of many sessions with
     * the same finding only the first in a minute are reported.
     */
    public void progress(long nowNanos) {
        long movement = movement();
        boolean moved = movement != reportedMovement;
        if (!tracker.ended() && (moved || hangs()) && (watch == null || watch.admitsProgress(nowNanos))) {
            sink.progressed(record(nowNanos));
        }
        reportedMovement = movement;
    }

    /** Grows with each byte that is relayed, and when the upstream is connected or a peer sends its FIN. */
    private long movement() {
        long movement = tracker.connectedAtNanos() == LegTraffic.NEVER ? 0 : 1;
        for (Leg leg : Leg.values()) {
            LegTraffic traffic = tracker.traffic(leg);
            movement += traffic.bytesReceived
                    + traffic.bytesSent
                    + (tracker.leg(leg).hasPeerFin() ? 1 : 0);
        }
        return movement;
    }

    /**
     * Asks for the sockets of both peers, for somebody who wants to see them in the next record; {@code loop} as for {@link
     * #examine}. False where there is no answer to wait for.
     */
    public boolean askPeers(long nowNanos, Consumer<LongConsumer> loop) {
        return watch != null && !tracker.ended() && watch.askPeers(nowNanos, loop);
    }

    /** Whether something hangs now and a party is to blame, as far as the rules looked. */
    public boolean hangs() {
        return watch != null && !tracker.ended() && watch.hangs();
    }

    /** The session in short, at {@code nowNanos} of the monotonic clock; only while it lives. Makes no record. */
    public SessionRow row(long nowNanos) {
        SessionIdentity identity = tracker.identity();
        return new SessionRow(
                identity,
                nowNanos - identity.startNanos(),
                false,
                SessionRecord.Result.LIVING,
                end(Leg.CLIENT, identity.client()),
                end(Leg.UPSTREAM, tracker.way().peer()),
                watch == null ? null : watch.standing());
    }

    private SessionRow.End end(Leg leg, @Nullable InetSocketAddress peer) {
        LegTraffic traffic = tracker.traffic(leg);
        return new SessionRow.End(
                peer,
                traffic.bytesReceived,
                traffic.bytesSent,
                epochNanos(traffic.lastReceivedAtNanos),
                epochNanos(traffic.lastSentAtNanos));
    }

    private @Nullable Long epochNanos(long atNanos) {
        return atNanos == LegTraffic.NEVER ? null : (Long) tracker.identity().epochNanos(atNanos);
    }

    /** What looks whether it hangs; null where the route's sessions are not diagnosed. */
    @Nullable
    SessionWatch watch() {
        return watch;
    }

    /** What is folded of its events. */
    public SessionTracker tracker() {
        return tracker;
    }

    @Override
    public SessionIdentity identity() {
        return tracker.identity();
    }

    /** Running counts of a leg, to be written by the relay itself. */
    public LegTraffic traffic(Leg leg) {
        return tracker.traffic(leg);
    }

    /** The record so far, with what the rules find, at {@code nowNanos} of the monotonic clock; at the end when it is over. */
    public SessionRecord record(long nowNanos) {
        SessionRecord record = tracker.record(nowNanos);
        return watch == null ? record : watch.examined(record, tracker.ended() ? tracker.endedAtNanos() : nowNanos);
    }

    /**
     * The record so far, at {@code nowNanos} of the monotonic clock, with the findings as the rules found them last: they do not
     * look again. Only while it lives.
     */
    public SessionRecord latest(long nowNanos) {
        SessionRecord record = tracker.record(nowNanos);
        return watch == null ? record : watch.withStanding(record, nowNanos);
    }

    @Override
    public SessionRecord closedRecord() {
        return record(tracker.endedAtNanos());
    }

    @Override
    public SessionCaptures captures() {
        return tracker.captures();
    }

    @Override
    public long endedAtNanos() {
        return tracker.endedAtNanos();
    }

    @Override
    public boolean endedInOrder() {
        return tracker.endedCleanly()
                && !tracker.leftUnanswered()
                && !tracker.way().isTroubled()
                && tracker.traffic(Leg.UPSTREAM).unansweredSinceNanos == LegTraffic.NEVER
                && (watch == null || !watch.everFound());
    }

    @Override
    public long estimateBytes() {
        return tracker.estimateBytes() + (watch == null ? 0 : watch.estimateBytes());
    }
}
