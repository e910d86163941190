package dev.finspect.relay.nio;

import dev.finspect.relay.BindRefusal;
import dev.finspect.relay.Engine;
import dev.finspect.relay.Interception;
import dev.finspect.relay.LoopSessions;
import dev.finspect.relay.RelayCore;
import dev.finspect.relay.RelayStartException;
import dev.finspect.relay.Route;
import dev.finspect.relay.SocketSettings;
import dev.finspect.relay.WatchedIo;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final List<NioListener> listeners = new ArrayList<>();
    private final Map<String, List<InetSocketAddress>> listening = new LinkedHashMap<>();

    private NioEngine(RelayCore core) {
        int count = core.loopCount();
        group = new MultiThreadIoEventLoopGroup(
                count,
                new DefaultThreadFactory("finspect-relay", true),
                WatchedIo.of(NioIoHandler.newFactory(), core.parts().failure()));
        allocator = new PooledByteBufAllocator(true, 0, count, PAGE_BYTES, CHUNK_ORDER, 0, 0, false);
        for (int i = 0; i < count; i++) {
            loops.add(new NioLoop(new LoopSessions(core, group.next(), i), allocator, this::pauseAccepting));
        }
    }

    /** Binds all listeners, then begins to accept on all of them. */
    public static NioEngine start(RelayCore core) throws RelayStartException {
        for (Route route : core.routes()) {
            requireForwarding(route);
            requirePortable(route, route.settings().clientSocket());
            requirePortable(route, route.settings().upstreamSocket());
        }
        rehearseShortage();
        NioEngine engine = new NioEngine(core);
        try {
            for (Route route : core.routes()) {
                engine.bind(route, core);
            }
        } catch (RelayStartException e) {
            engine.listeners.forEach(listener -> listener.close().awaitUninterruptibly());
            var unused = engine.shutDown();
            throw e;
        }
        engine.listeners.forEach(listener -> listener.eventLoop().execute(listener::start));
        return engine;
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

    private void bind(Route route, RelayCore core) throws RelayStartException {
        List<InetSocketAddress> bound = new ArrayList<>();
        for (InetSocketAddress wanted : route.settings().listen()) {
            NioListener listener = new NioListener(core, route, loops);
            listeners.add(listener);
            Channel channel = listener;
            ChannelFuture registered = loops.get(listeners.size() % loops.size())
                    .sessions()
                    .eventLoop()
                    .register(channel)
                    .awaitUninterruptibly();
            ChannelFuture done = registered.isSuccess() ? listener.bind(wanted).awaitUninterruptibly() : registered;
            if (!done.isSuccess()) {
                throw BindRefusal.of(route, wanted, NioErrno.of(done.cause()), done.cause());
            }
            core.ownAddresses().add(listener.localAddress());
            bound.add(listener.localAddress());
        }
        listening.put(route.settings().name(), List.copyOf(bound));
    }

    private void pauseAccepting() {
        listeners.forEach(listener -> listener.eventLoop().execute(listener::pause));
    }

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public Map<String, List<InetSocketAddress>> listening() {
        return Collections.unmodifiableMap(listening);
    }

    @Override
    public List<LoopSessions> loops() {
        return loops.stream().map(NioLoop::sessions).toList();
    }

    @Override
    public ByteBufAllocatorMetric memory() {
        return allocator.metric();
    }

    /** Java offers no way to let the kernel drop SYNs, so a client whose handshake ends while a listener closes is reset. */
    @Override
    public CompletableFuture<Boolean> refuseNewClients() {
        return CompletableFuture.completedFuture(false);
    }

    @Override
    public CompletableFuture<Integer> waitingClients() {
        return CompletableFuture.completedFuture(0); // Unknown: closeListeners() accepts them.
    }

    @Override
    public CompletableFuture<Void> closeListeners() {
        return CompletableFuture.allOf(listeners.stream()
                .map(listener -> CompletableFuture.completedFuture(listener)
                        .thenComposeAsync(each -> each.acceptAllAndClose(), listener.eventLoop()))
                .toArray(CompletableFuture<?>[]::new));
    }

    @Override
    public CompletableFuture<Void> shutDown() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).addListener(terminated -> done.complete(null));
        return done;
    }
}
