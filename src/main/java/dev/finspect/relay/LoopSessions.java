package dev.finspect.relay;

import dev.finspect.record.ProxyReason;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.live.IoRound;
import dev.finspect.session.watch.ChangeQueue;
import dev.finspect.tcp.ClockReading;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of one loop, oldest first, and what they share there: ids, deadlines, the sweep. Confined to the loop.
 *
 * <p>While sessions live a task runs every {@link DeadlineWheel#TICK_NANOS}, or every {@link #TICKS_WHEN_FEW} ticks while
 * they are fewer than a hundred: it turns the deadlines and visits as many sessions as make each be visited once a second,
 * so that no visit stalls the loop. When none lives, and no line about several sessions is due, nothing runs.
 */
public final class LoopSessions implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(LoopSessions.class);
    private static final int SLICES = 100;

    private static final int TICKS_WHEN_FEW = 5;

    private final RelayCore core;
    private final EventLoop eventLoop;
    private final IoRound round;
    private final SessionIds ids;
    private final SlicedWork slices;
    private final ChangeQueue changes = new ChangeQueue();
    private final List<Place> places = new ArrayList<>(0);
    private final DeadlineWheel deadlines = new DeadlineWheel(System.nanoTime());
    private @Nullable RelaySession oldest;
    private @Nullable RelaySession youngest;
    private @Nullable RelaySession nextSwept;
    /** Length of the list. */
    private int count;

    private int sweepCredit;
    private int ticks = 1;
    private boolean ticking;

    public LoopSessions(RelayCore core, EventLoop eventLoop, int number, IoRound round) {
        this.core = core;
        this.eventLoop = eventLoop;
        this.round = round;
        this.ids = core.sessionIds(number);
        this.slices = new SlicedWork(eventLoop);
    }

    public EventLoop eventLoop() {
        return eventLoop;
    }

    /** The rounds of the loop. */
    public IoRound round() {
        return round;
    }

    public RelayCore core() {
        return core;
    }

    public RelayParts parts() {
        return core.parts();
    }

    OwnAddresses ownAddresses() {
        return core.ownAddresses();
    }

    DeadlineWheel deadlines() {
        return deadlines;
    }

    /** Waits until each of these loops has done what it was doing. */
    public static void allHavePassed(Stream<LoopSessions> loops) {
        CompletableFuture.allOf(loops.map(loop -> CompletableFuture.runAsync(() -> {}, loop.eventLoop))
                        .toArray(CompletableFuture<?>[]::new))
                .join();
    }

    /**
     * A session for a connection that was accepted now and has a place at the gate; {@link RelaySession#admit} must follow.
     *
     * @param original where an intercepted client was bound for
     */
    public RelaySession accepted(
            Route route,
            InetSocketAddress listener,
            InetSocketAddress client,
            InetSocketAddress accepted,
            @Nullable InetSocketAddress original) {
        ClockReading now = ClockReading.now(parts().wallClock());
        SessionIdentity identity = new SessionIdentity(
                ids.next(now.epochNanos() / 1_000),
                route.settings().name(),
                listener,
                client,
                accepted,
                original,
                now.epochNanos(),
                now.nanos());
        RelaySession session = new RelaySession(this, route, identity);
        add(session);
        return session;
    }

    /** Takes a session that has ended out of the list. */
    void remove(RelaySession session) {
        if (nextSwept == session) {
            nextSwept = session.younger;
        }
        for (int i = 0; i < places.size(); i++) {
            places.get(i).removed(session);
        }
        RelaySession older = session.older;
        RelaySession younger = session.younger;
        if (older == null) {
            oldest = younger;
        } else {
            older.younger = younger;
        }
        if (younger == null) {
            youngest = older;
        } else {
            younger.older = older;
        }
        session.older = null;
        session.younger = null;
        count--;
        core.gate().leave();
    }

    /** What is done on this loop in slices because it grows with the number of sessions. */
    SlicedWork slices() {
        return slices;
    }

    /** Those that have changed, for who follows them. */
    ChangeQueue changes() {
        return changes;
    }

    /** A place before the oldest session; {@link Place#leave} must follow. */
    Place enter() {
        Place place = new Place();
        places.add(place);
        return place;
    }

    /** A place in the list, which stays valid while sessions come and go. Confined to the loop. */
    final class Place {
        private @Nullable RelaySession next = oldest;

        /** The next session; null at the end. */
        @Nullable
        RelaySession next() {
            RelaySession session = next;
            next = session == null ? null : session.younger;
            return session;
        }

        /** Forgets this place; does nothing the second time. */
        void leave() {
            next = null;
            places.remove(this);
        }

        private void removed(RelaySession session) {
            if (next == session) {
                next = session.younger;
            }
        }
    }

    /** Ends every session that lives, as finspect's own doing. */
    void abortAll(ProxyReason reason) {
        RelaySession session = oldest;
        while (session != null) {
            RelaySession younger = session.younger;
            session.abort(reason);
            session = younger;
        }
    }

    /** Turns the deadlines and sweeps a slice. */
    @Override
    public void run() {
        long now = System.nanoTime();
        try {
            deadlines.turn(now);
            sweep(now);
            core.reportOmittedLines(now);
        } catch (RuntimeException e) {
            LOG.error("the sweep met an error; it goes on", e);
        } catch (Error e) {
            core.parts().failure().loopFailed(e);
            throw e;
        }
        ticking = count > 0 || core.omitsLines();
        if (ticking) {
            schedule();
        }
    }

    private void schedule() {
        ticks = count < SLICES ? TICKS_WHEN_FEW : 1;
        Future<?> unused = eventLoop.schedule(this, ticks * DeadlineWheel.TICK_NANOS, TimeUnit.NANOSECONDS);
    }

    private void add(RelaySession session) {
        RelaySession last = youngest;
        session.older = last;
        if (last == null) {
            oldest = session;
        } else {
            last.younger = session;
        }
        youngest = session;
        count++;
        if (!ticking) {
            ticking = true;
            schedule();
        }
    }

    private void sweep(long nowNanos) {
        sweepCredit += count * ticks;
        while (sweepCredit >= SLICES && count > 0) {
            sweepCredit -= SLICES;
            RelaySession session = nextSwept == null ? oldest : nextSwept;
            if (session != null) {
                nextSwept = session.younger;
                session.swept(nowNanos);
            }
        }
    }
}
