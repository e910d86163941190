package dev.finspect.relay.epoll;

import dev.finspect.relay.Engine;
import dev.finspect.relay.LoopSessions;
import dev.finspect.relay.RelayCore;
import dev.finspect.relay.RelayStartException;
import dev.finspect.relay.Route;
import dev.finspect.relay.WatchedIo;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The fast data path: own handles on Netty's epoll loops, without channels. Any thread. */
public final class EpollEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(EpollEngine.class);
    private static final int PAGE_BYTES = 8192;
    /** Chunks of 2^5 pages, 256 KB: the longest held remainder fits, and an idle process keeps little. */
    private static final int CHUNK_ORDER = 5;

    private final MultiThreadIoEventLoopGroup group;
    private final List<EpollLoop> loops = new ArrayList<>();
    private final List<EpollListener> listeners = new ArrayList<>();
    private final Map<String, List<InetSocketAddress>> listening = new LinkedHashMap<>();
    /** Listeners that further routes may share, by the address as it was wanted. */
    private final Map<InetSocketAddress, ListenerRoutes> sharing = new HashMap<>();

    private final PooledByteBufAllocator allocator;
    private final EpollShared shared;

    private EpollEngine(RelayCore core, int tcpInfoLength) {
        int count = core.loopCount();
        group = new MultiThreadIoEventLoopGroup(
                count,
                new DefaultThreadFactory("finspect-relay", true),
                WatchedIo.of(EpollIoHandler.newFactory(), core.parts().failure()));
        allocator = new PooledByteBufAllocator(true, 0, count, PAGE_BYTES, CHUNK_ORDER, 0, 0, false);
        shared = new EpollShared(tcpInfoLength, new AtomicInteger(), allocator, new DescriptorShortage());
        for (int i = 0; i < count; i++) {
            IoEventLoop eventLoop = group.next();
            loops.add(new EpollLoop(eventLoop, new LoopSessions(core, eventLoop, i), shared));
        }
    }

    /** Whether the native library runs here. */
    public static boolean available() {
        return Epoll.isAvailable();
    }

    /** Binds all listeners, then begins to accept on all of them. */
    public static EpollEngine start(RelayCore core) throws RelayStartException {
        if (!available()) {
            throw new RelayStartException(
                    RelayStartException.Kind.ENGINE_UNAVAILABLE,
                    "the epoll engine does not run here: Netty's native library could not be loaded. Use engine auto"
                            + " or nio; if the temp folder is mounted noexec, set -Dio.netty.native.workdir to one that"
                            + " is not",
                    Epoll.unavailabilityCause());
        }
        int tcpInfoLength;
        try {
            tcpInfoLength = TcpInfoReader.kernelLength();
        } catch (IOException e) {
            throw new RelayStartException(
                    RelayStartException.Kind.REFUSED_BY_SYSTEM, "tcp_info cannot be read: " + e.getMessage(), e);
        }
        EpollEngine engine = new EpollEngine(core, tcpInfoLength);
        EpollBinder binder = new EpollBinder(core, engine.loops.size());
        try {
            for (Route route : core.routes()) {
                engine.bind(route, binder, core);
            }
            engine.acceptOnAllLoops();
            return engine;
        } catch (RelayStartException e) {
            binder.closeAll();
            CompletableFuture<Void> unused = engine.shutDown();
            throw e;
        }
    }

    @Override
    public String name() {
        return "epoll";
    }

    @Override
    public Map<String, List<InetSocketAddress>> listening() {
        return Collections.unmodifiableMap(listening);
    }

    @Override
    public List<LoopSessions> loops() {
        return loops.stream().map(loop -> loop.sessions).toList();
    }

    @Override
    public ByteBufAllocatorMetric memory() {
        return allocator.metric();
    }

    @Override
    public CompletableFuture<Boolean> refuseNewClients() {
        return onAllListeners(EpollListener::refuseNewClients).handle((done, error) -> {
            if (error != null) {
                LOG.warn("The kernel does not refuse new SYNs: clients that connect now may be reset", error);
            }
            return error == null;
        });
    }

    @Override
    public CompletableFuture<Integer> waitingClients() {
        AtomicInteger waiting = new AtomicInteger();
        return onAllListeners(listener -> waiting.addAndGet(listener.waitingClients()))
                .thenApply(done -> waiting.get());
    }

    @Override
    public CompletableFuture<Void> closeListeners() {
        return onAllListeners(EpollListener::acceptAllAndClose);
    }

    @Override
    public CompletableFuture<Void> shutDown() {
        CompletableFuture<?>[] closed = loops.stream()
                .map(loop -> CompletableFuture.runAsync(loop.pipes::close, loop.eventLoop))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Void> unused = CompletableFuture.allOf(closed).whenComplete((ok, error) -> {
            shared.shortage().close();
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).addListener(terminated -> done.complete(null));
        });
        return done;
    }

    private void bind(Route route, EpollBinder binder, RelayCore core) throws RelayStartException {
        List<InetSocketAddress> bound = new ArrayList<>();
        for (InetSocketAddress wanted : route.settings().listen()) {
            ListenerRoutes shared = sharing.get(wanted);
            if (shared != null) {
                shared.add(route);
                bound.add(wanted);
                continue;
            }
            List<LinuxSocket> sockets = binder.bind(route, wanted);
            InetSocketAddress address = EpollBinder.addressOf(sockets.get(0), wanted);
            ListenerRoutes routes = new ListenerRoutes(route);
            for (int i = 0; i < sockets.size(); i++) {
                listeners.add(new EpollListener(loops.get(i), sockets.get(i), routes, address));
            }
            if (route.settings().interception().intercepts() && wanted.getPort() != 0) {
                sharing.put(wanted, routes);
            }
            core.ownAddresses().add(address);
            bound.add(address);
        }
        listening.put(route.settings().name(), List.copyOf(bound));
    }

    private void acceptOnAllLoops() {
        onAllListeners(EpollListener::register).join();
    }

    private CompletableFuture<Void> onAllListeners(java.util.function.Consumer<EpollListener> action) {
        return CompletableFuture.allOf(listeners.stream()
                .map(listener -> CompletableFuture.runAsync(() -> action.accept(listener), listener.eventLoop()))
                .toArray(CompletableFuture<?>[]::new));
    }
}
