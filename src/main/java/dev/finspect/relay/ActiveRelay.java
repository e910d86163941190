package dev.finspect.relay;

import dev.finspect.record.ProxyReason;
import dev.finspect.session.RouteCounters;
import dev.finspect.session.SessionDirectory;
import dev.finspect.tcp.EpochNanos;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A relay that runs on some engine, and the way in which it stops. Any thread. */
final class ActiveRelay implements RunningRelay {
    private static final long LOOK_AGAIN_MILLIS = 10;
    /** After this time a listener that is not wanted any more is closed, whatever handshakes are under way. */
    private static final long MOST_TO_END_SECONDS = 10;

    private final RelayCore core;
    private final Engine engine;
    private final SessionDirectory sessions;
    private @Nullable ListenersEnd listeners;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private boolean draining;
    private boolean listenersClosed;
    private boolean aborted;
    private long abortAtNanos;

    ActiveRelay(RelayCore core, Engine engine) {
        this.core = core;
        this.engine = engine;
        this.sessions = new LoopDirectory(core, engine.loops());
    }

    @Override
    public synchronized void accept() {
        if (!draining) {
            engine.accept();
        }
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
        return core.routeSet().counters();
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
        return core.routeSet().closePolicy(route, policy);
    }

    @Override
    public List<RouteSettings> routes() {
        return core.routes().stream().map(Route::settings).toList();
    }

    @Override
    public List<RouteSettings> livingOn() {
        return core.routeSet().livingOn().stream().map(Route::settings).toList();
    }

    @Override
    public synchronized RelayChange prepare(RelaySettings next, Set<String> anew) throws RelayStartException {
        List<Route> routes = core.routeSet().planned(next.routes(), anew);
        ListenerChange listenerChange = engine.prepare(routes);
        return new RelayChange() {
            @Override
            public Map<String, List<InetSocketAddress>> listening() {
                return listenerChange.listening();
            }

            @Override
            public boolean commit() {
                boolean changed = change(next, routes, listenerChange);
                if (!changed) {
                    listenerChange.abandon(); // Not under the lock: it waits for the loops, which look whether all is
                    // drained.
                }
                return changed;
            }

            @Override
            public void abandon() {
                listenerChange.abandon();
            }
        };
    }

    private synchronized boolean change(RelaySettings next, List<Route> routes, ListenerChange change) {
        if (draining) {
            return false;
        }
        List<Route> before = core.routes();
        core.change(next, routes);
        ListenerSet removed = change.commit();
        if (!removed.ports().isEmpty()) {
            List<Route> gone =
                    before.stream().filter(route -> !routes.contains(route)).toList();
            ListenersEnd end =
                    new ListenersEnd(removed, timer(), gone, core.parts().handshakes());
            CompletableFuture<Void> unused = end.begin();
            Future<?> unusedTimer = timer().schedule(
                            () -> {
                                CompletableFuture<?> unusedEnd = end.closeNow();
                            },
                            MOST_TO_END_SECONDS,
                            TimeUnit.SECONDS);
        }
        return true;
    }

    @Override
    public List<PassedListener> passed() {
        return engine.passed();
    }

    @Override
    public CompletableFuture<Void> release(List<ListenerKey> keys) {
        return engine.release(keys);
    }

    private EventLoop timer() {
        return engine.loops().get(0).eventLoop();
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
            ListenersEnd end = new ListenersEnd(
                    engine, timer(), core.routes(), core.parts().handshakes());
            listeners = end;
            CompletableFuture<Void> unused = end.begin().whenComplete((done, error) -> listenersAreClosed());
            look();
        } else if (abortAt - abortAtNanos < 0) {
            abortAtNanos = abortAt;
        }
        return drained;
    }

    private void reportDraining() {
        long epochNanos = EpochNanos.of(core.parts().wallClock().instant());
        core.routeSet().eachDiagnosis(diagnosis -> diagnosis.draining(epochNanos));
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
            CompletableFuture<Void> unused = closeListenersNow().whenComplete((done, error) -> abortAll());
        }
        Future<?> unused = timer().schedule(this::look, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    private CompletableFuture<Void> closeListenersNow() {
        ListenersEnd end = listeners;
        return end == null ? engine.closeListeners() : end.closeNow();
    }

    private void abortAll() {
        for (LoopSessions loop : engine.loops()) {
            loop.eventLoop().execute(() -> loop.abortAll(ProxyReason.SHUTDOWN));
        }
    }
}
