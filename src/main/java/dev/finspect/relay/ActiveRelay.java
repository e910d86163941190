package dev.finspect.relay;

import dev.finspect.record.ProxyReason;
import dev.finspect.session.RouteCounters;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.watch.RouteDiagnosis;
import dev.finspect.tcp.EpochNanos;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A relay that runs on some engine, and the way in which it stops. Any thread. */
final class ActiveRelay implements RunningRelay {
    private static final long LOOK_AGAIN_MILLIS = 10;

    private final RelayCore core;
    private final Engine engine;
    private final Map<String, RouteCounters> counters;
    private final SessionDirectory sessions;
    private final ListenersEnd listeners;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private boolean draining;
    private boolean listenersClosed;
    private boolean aborted;
    private long abortAtNanos;

    ActiveRelay(RelayCore core, Engine engine) {
        this.core = core;
        this.engine = engine;
        Map<String, RouteCounters> byName = new LinkedHashMap<>();
        core.routes().forEach(route -> byName.put(route.settings().name(), route.counters()));
        this.counters = Collections.unmodifiableMap(byName);
        this.listeners = new ListenersEnd(engine, core.routes(), core.parts().handshakes());
        this.sessions = new LoopDirectory(core, engine.loops());
    }

    @Override
    public Map<String, List<InetSocketAddress>> listening() {
        return engine.listening();
    }

    @Override
    public String engineName() {
        return engine.name();
    }

    @Override
    public Map<String, RouteCounters> counters() {
        return counters;
    }

    @Override
    public long heapBytes() {
        return Math.max(0, engine.memory().usedHeapMemory()); // -1 from an allocator that has no arena there
    }

    @Override
    public long directBytes() {
        return Math.max(0, engine.memory().usedDirectMemory());
    }

    @Override
    public long recordingErrors() {
        return core.recordingErrors().count();
    }

    @Override
    public List<Executor> loops() {
        return engine.loops().stream().map(loop -> (Executor) loop.eventLoop()).toList();
    }

    @Override
    public Map<String, ClosePolicy> closePolicies() {
        Map<String, ClosePolicy> policies = new LinkedHashMap<>();
        core.routes().forEach(route -> policies.put(route.settings().name(), route.closePolicy()));
        return policies;
    }

    @Override
    public boolean closePolicy(String route, ClosePolicy policy) {
        for (Route candidate : core.routes()) {
            if (candidate.settings().name().equals(route)) {
                candidate.closePolicy(policy);
                return true;
            }
        }
        return false;
    }

    @Override
    public SessionDirectory sessions() {
        return sessions;
    }

    @Override
    public synchronized CompletableFuture<Void> drain(Duration patience) {
        long abortAt = System.nanoTime() + patience.toNanos();
        if (!draining) {
            draining = true;
            reportDraining();
            abortAtNanos = abortAt;
            if (patience.isZero()) {
                core.admitNoMore();
            }
            CompletableFuture<Void> unused = listeners.begin().whenComplete((done, error) -> listenersAreClosed());
            look();
        } else if (abortAt - abortAtNanos < 0) {
            abortAtNanos = abortAt;
        }
        return drained;
    }

    private void reportDraining() {
        long epochNanos = EpochNanos.of(core.parts().wallClock().instant());
        for (Route route : core.routes()) {
            RouteDiagnosis diagnosis = route.diagnosis();
            if (diagnosis != null) {
                diagnosis.draining(epochNanos);
            }
        }
    }

    private synchronized void listenersAreClosed() {
        listenersClosed = true;
    }

    /** Looks whether all sessions have ended; resets those that are left when patience has run out. */
    private synchronized void look() {
        if (listenersClosed && core.gate().taken() == 0) {
            core.reportAllOmittedLines();
            CompletableFuture<Void> unused = engine.shutDown().whenComplete((done, error) -> {
                core.parts().resolver().close();
                drained.complete(null);
            });
            return;
        }
        if (!aborted && System.nanoTime() - abortAtNanos >= 0) {
            aborted = true;
            core.admitNoMore();
            CompletableFuture<Void> unused = listeners.closeNow().whenComplete((done, error) -> abortAll());
        }
        Future<?> unused =
                engine.loops().get(0).eventLoop().schedule(this::look, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void abortAll() {
        for (LoopSessions loop : engine.loops()) {
            loop.eventLoop().execute(() -> loop.abortAll(ProxyReason.SHUTDOWN));
        }
    }
}
