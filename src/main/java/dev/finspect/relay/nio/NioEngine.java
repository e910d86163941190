package dev.finspect.relay.nio;

import dev.finspect.relay.Engine;
import dev.finspect.relay.Interception;
import dev.finspect.relay.IoRounds;
import dev.finspect.relay.ListenerChange;
import dev.finspect.relay.ListenerKey;
import dev.finspect.relay.ListenerSet;
import dev.finspect.relay.LoopSessions;
import dev.finspect.relay.PassedListener;
import dev.finspect.relay.RelayCore;
import dev.finspect.relay.RelayStartException;
import dev.finspect.relay.Route;
import dev.finspect.relay.SocketSettings;
import dev.finspect.relay.WatchedIo;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The portable data path, on NIO channels: for systems other than Linux, and where the native library cannot load. Any
 * thread.
 *
 * <p>It has no facts of the kernel (saved SYN, tcp_info), and sees a few things later: {@link NioLeg} says which.
 */
public final class NioEngine implements Engine {
    private static final int PAGE_BYTES = 8192;
    private static final int CHUNK_ORDER = 5;

    private final MultiThreadIoEventLoopGroup group;
    private final PooledByteBufAllocator allocator;
    private final List<NioLoop> loops = new ArrayList<>();
    private final NioListeners listeners;

    private NioEngine(RelayCore core) {
        int count = core.loopCount();
        IoRounds rounds = new IoRounds();
        group = new MultiThreadIoEventLoopGroup(
                count,
                new DefaultThreadFactory("finspect-relay", true),
                WatchedIo.of(NioIoHandler.newFactory(), core.parts().failure(), rounds));
        allocator = new PooledByteBufAllocator(true, 0, count, PAGE_BYTES, CHUNK_ORDER, 0, 0, false);
        listeners = new NioListeners(core, loops);
        for (int i = 0; i < count; i++) {
            IoEventLoop eventLoop = group.next();
            LoopSessions sessions = new LoopSessions(core, eventLoop, i, rounds.of(eventLoop));
            loops.add(new NioLoop(sessions, allocator, listeners::pauseAccepting));
        }
    }

    /** Binds all listeners; none accepts yet. */
    public static NioEngine start(RelayCore core) throws RelayStartException {
        requirePortable(core.routes());
        rehearseShortage();
        NioEngine engine = new NioEngine(core);
        try {
            ListenerSet unused = engine.listeners.prepare(core.routes()).commit();
            return engine;
        } catch (RelayStartException e) {
            var unused = engine.shutDown();
            throw e;
        }
    }

    @Override
    public void accept() {
        listeners.accept();
    }

    @Override
    public ListenerChange prepare(List<Route> next) throws RelayStartException {
        requirePortable(next);
        return listeners.prepare(next);
    }

    /** None: Java does not show a socket's descriptor. */
    @Override
    public List<PassedListener> passed() {
        return List.of();
    }

    @Override
    public CompletableFuture<Void> release(List<ListenerKey> keys) {
        return CompletableFuture.completedFuture(null);
    }

    private static void requirePortable(List<Route> routes) throws RelayStartException {
        for (Route route : routes) {
            requireForwarding(route);
            requirePortable(route, route.settings().clientSocket());
            requirePortable(route, route.settings().upstreamSocket());
        }
    }

    /** Loads the classes that detect a shortage of descriptors: loading a class from a folder takes a descriptor. */
    private static void rehearseShortage() {
        if (!NioErrno.of(new IOException("Too many open files")).isShortage()) {
            throw new IllegalStateException("a shortage of descriptors would not be detected");
        }
    }

    private static void requireForwarding(Route route) throws RelayStartException {
        Interception interception = route.settings().interception();
        String what = interception.intercepts()
                ? "mode " + interception.mode().label()
                : interception.keepClientAddress() ? "keep_client_address" : "";
        if (!what.isEmpty()) {
            String message = "route " + route.settings().name() + ": " + what
                    + " does not work on the nio engine. Use engine epoll, on Linux";
            throw new RelayStartException(
                    RelayStartException.Kind.REFUSED_BY_SYSTEM, message, new UnsupportedOperationException(message));
        }
    }

    private static void requirePortable(Route route, SocketSettings settings) throws RelayStartException {
        String option =
                settings.congestionControl() != null ? "congestion control" : settings.mark() != null ? "a mark" : "";
        if (!option.isEmpty()) {
            String message = "route " + route.settings().name() + ": " + option
                    + " cannot be set on the nio engine. Leave it out, or use engine epoll";
            throw new RelayStartException(
                    RelayStartException.Kind.REFUSED_BY_SYSTEM, message, new UnsupportedOperationException(message));
        }
    }

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public Map<String, List<InetSocketAddress>> listening() {
        return listeners.listening();
    }

    @Override
    public List<LoopSessions> loops() {
        return loops.stream().map(NioLoop::sessions).toList();
    }

    @Override
    public ByteBufAllocatorMetric memory() {
        return allocator.metric();
    }

    @Override
    public Set<Integer> ports() {
        return listeners.ports();
    }

    @Override
    public CompletableFuture<Boolean> refuseNewClients() {
        return listeners.refuseNewClients();
    }

    @Override
    public CompletableFuture<Integer> waitingClients() {
        return listeners.waitingClients();
    }

    @Override
    public CompletableFuture<Void> closeListeners() {
        return listeners.closeListeners();
    }

    @Override
    public CompletableFuture<Void> shutDown() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).addListener(terminated -> done.complete(null));
        return done;
    }
}
