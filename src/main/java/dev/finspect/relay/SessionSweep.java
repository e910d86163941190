package dev.finspect.relay;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;

import dev.finspect.session.RouteCounters;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.live.LivingStates;
import dev.finspect.session.watch.WatchedSession;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.TcpInfo;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is read, counted and reported of one living session once a second. Confined to the loop. */
final class SessionSweep {
    private final WatchedSession watched;
    private final SessionRecorder recorder;
    private final CloseCoordinator close;
    private final RouteCounters counters;
    private final CountedTraffic counted = new CountedTraffic();
    private final LivingStates states = new LivingStates();
    /** Between two reports of progress; 0 for none. */
    private final long progressNanos;

    private long progressAtNanos;

    /**
     * Of a session that begins now.
     *
     * @param progress between two reports of progress; null for none
     */
    SessionSweep(
            WatchedSession watched,
            SessionRecorder recorder,
            CloseCoordinator close,
            RouteCounters counters,
            @Nullable Duration progress) {
        this.watched = watched;
        this.recorder = recorder;
        this.close = close;
        this.counters = counters;
        this.progressNanos = progress == null ? 0 : progress.toNanos();
        this.progressAtNanos = watched.identity().startNanos() + progressNanos;
    }

    /** The sweep's visit: reads the sockets, that of this search among them, and reports what is new. */
    void visit(long nowNanos, @Nullable UpstreamSearch searching) {
        read(CLIENT, nowNanos);
        read(UPSTREAM, nowNanos);
        if (searching != null) {
            searching.sample(nowNanos);
        }
        report(nowNanos);
    }

    private void read(Leg leg, long nowNanos) {
        LegIo io = close.io(leg);
        if (io == null) {
            return;
        }
        TcpInfo info = io.tcpInfo();
        if (info != null) {
            // Where no segment ever came out of order, none is missing.
            long memory = info.outOfOrderSegments() > 0 ? io.receiveMemoryBytes() : -1;
            recorder.record(new SessionEvent.Sampled(nowNanos, leg, info, memory));
        }
    }

    /** Has the rules examine the session, counts what has passed, and reports progress when that is due. */
    private void report(long nowNanos) {
        recorder.examine(nowNanos);
        countTraffic();
        recorder.turns(false, nowNanos);
        states.look(watched.tracker(), counters);
        if (progressNanos != 0 && nowNanos - progressAtNanos >= 0) {
            progressAtNanos = nowNanos + progressNanos;
            recorder.progress(nowNanos);
        }
    }

    /** The session is over: counts the rest, and the session among the living no more. */
    void over() {
        countTraffic();
        states.forget(counters);
    }

    private void countTraffic() {
        counted.add(counters, watched.traffic(CLIENT), watched.traffic(UPSTREAM));
    }
}
