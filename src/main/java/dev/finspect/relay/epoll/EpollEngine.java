package dev.finspect.relay.epoll;

import dev.finspect.relay.Engine;
import dev.finspect.relay.IoRounds;
import dev.finspect.relay.ListenerChange;
import dev.finspect.relay.ListenerKey;
import dev.finspect.relay.ListenerSet;
import dev.finspect.relay.LoopSessions;
import dev.finspect.relay.PassedListener;
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
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The fast data path: own handles on Netty's epoll loops, without channels. Any thread. */
public final class EpollEngine implements Engine {
    private static final int PAGE_BYTES = 8192;
    /** Chunks of 2^5 pages, 256 KB: the longest held remainder fits, and an idle process keeps little. */
    private static final int CHUNK_ORDER = 5;

    private final MultiThreadIoEventLoopGroup group;
    private final List<EpollLoop> loops = new ArrayList<>();
    private final EpollListeners listeners;
    private final PooledByteBufAllocator allocator;
    private final EpollShared shared;

    private EpollEngine(RelayCore core, int tcpInfoLength) {
        int count = core.loopCount();
        IoRounds rounds = new IoRounds();
        group = new MultiThreadIoEventLoopGroup(
                count,
                new DefaultThreadFactory("finspect-relay", true),
                WatchedIo.of(EpollIoHandler.newFactory(), core.parts().failure(), rounds));
        allocator = new PooledByteBufAllocator(true, 0, count, PAGE_BYTES, CHUNK_ORDER, 0, 0, false);
        shared = new EpollShared(tcpInfoLength, new AtomicInteger(), allocator, new DescriptorShortage());
        for (int i = 0; i < count; i++) {
            IoEventLoop eventLoop = group.next();
            loops.add(new EpollLoop(eventLoop, new LoopSessions(core, eventLoop, i, rounds.of(eventLoop)), shared));
        }
        listeners = new EpollListeners(core, loops);
    }

    /** Whether the native library runs here. */
    public static boolean available() {
        return Epoll.isAvailable();
    }

    /** Binds all listeners; none accepts yet. */
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
        try {
            ListenerSet unused =
                    engine.listeners.prepare(core.routes(), Runnable::run).commit();
            return engine;
        } catch (RelayStartException e) {
            CompletableFuture<Void> unusedEnd = engine.shutDown();
            throw e;
        }
    }

    @Override
    public void accept() {
        listeners.accept();
    }

    @Override
    public ListenerChange prepare(List<Route> next) throws RelayStartException {
        // After a change of the user, only the loops may have the rights that some options need.
        return listeners.prepare(next, loops.get(0).eventLoop);
    }

    @Override
    public List<PassedListener> passed() {
        return listeners.passed();
    }

    @Override
    public CompletableFuture<Void> release(List<ListenerKey> keys) {
        return listeners.release(keys);
    }

    @Override
    public String name() {
        return "epoll";
    }

    @Override
    public Map<String, List<InetSocketAddress>> listening() {
        return listeners.listening();
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
}
