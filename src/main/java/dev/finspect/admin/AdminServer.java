package dev.finspect.admin;

import dev.finspect.admin.feed.EventFeed;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin server: metrics, health and sessions over HTTP, beyond the loopback only with a configured token.
 *
 * <p>It runs one event loop of its own, on NIO channels, one thread for single pages and one for lists. The proxy's event loops
 * only supply rows and records, a few at a time. All its threads are daemons.
 */
public final class AdminServer implements AutoCloseable {
    private static final int QUEUED_PAGES = 64;
    private static final int QUEUED_CALLERS = 1024;
    /** Parts of lists, of which each list makes one at a time. */
    private static final int QUEUED_PARTS = 256;

    private static final ChannelOption<Boolean> SHARE_PORT = NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT);

    private final Threads threads;
    private final Channel listener;
    private final boolean usesFallbackPort;
    private final String token;
    private final OpenPath open;
    private volatile boolean closing;

    private AdminServer(Threads threads, Channel listener, boolean fallbackPort, String token, OpenPath open) {
        this.threads = threads;
        this.listener = listener;
        this.usesFallbackPort = fallbackPort;
        this.token = token;
        this.open = open;
    }

    /** The event loop, the threads for single pages, for callers' users and for lists, and the live stream with its own. */
    private record Threads(
            EventLoopGroup loop, PacedWorker worker, ThreadPoolExecutor callers, PacedWorker lists, EventFeed feed) {
        static Threads started(AdminSources sources) {
            return new Threads(
                    new MultiThreadIoEventLoopGroup(
                            1, new DefaultThreadFactory("finspect-admin", true), NioIoHandler.newFactory()),
                    new PacedWorker("finspect-admin-pages", QUEUED_PAGES),
                    lookUps(),
                    new PacedWorker("finspect-admin-lists", QUEUED_PARTS),
                    new EventFeed(
                            sources.feed(),
                            () -> sources.readiness().state().name().toLowerCase(Locale.ROOT),
                            Clock.systemUTC()));
        }

        private static ThreadPoolExecutor lookUps() {
            ThreadPoolExecutor thread = new ThreadPoolExecutor(
                    1,
                    1,
                    30,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(QUEUED_CALLERS),
                    new DefaultThreadFactory("finspect-admin-callers", true));
            thread.allowCoreThreadTimeOut(true);
            return thread;
        }

        void stop() {
            worker.close();
            callers.shutdownNow();
            lists.close();
            feed.close();
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
    }

    /**
     * Opens the server.
     *
     * @throws AdminBindException if the address is not a loopback address and no token is configured, or the server cannot
     *     listen on it
     */
    public static AdminServer start(AdminSettings settings, AdminSources sources) throws AdminBindException {
        String configured = settings.access().token();
        if (configured == null && !settings.address().isLoopbackAddress()) {
            throw new AdminBindException(
                    AdminBindException.Reason.NOT_LOOPBACK,
                    "the admin server would be reachable from other machines on "
                            + NetUtil.toAddressString(settings.address())
                            + ": give it a token (admin.token_file), or a loopback address such as 127.0.0.1 or ::1",
                    null);
        }
        Threads threads = Threads.started(sources);
        try {
            String token = configured == null ? Token.random() : configured;
            OpenPath open = new OpenPath(new BrowserLinks(System::nanoTime));
            ServerBootstrap bootstrap = bootstrap(settings, sources, threads, token, open);
            return listening(settings, threads, bootstrap, token, open);
        } catch (AdminBindException e) {
            threads.stop();
            throw e;
        }
    }

    private static AdminServer listening(
            AdminSettings settings, Threads threads, ServerBootstrap bootstrap, String token, OpenPath open)
            throws AdminBindException {
        try {
            Channel listener = bind(bootstrap, settings.address(), settings.port());
            return new AdminServer(threads, listener, false, token, open);
        } catch (AdminBindException e) {
            if (settings.portConfigured() || !(e.getCause() instanceof BindException)) {
                throw e;
            }
            return new AdminServer(threads, bind(bootstrap, settings.address(), 0), true, token, open);
        }
    }

    private static Channel bind(ServerBootstrap bootstrap, InetAddress address, int port) throws AdminBindException {
        var bound = bootstrap.bind(new InetSocketAddress(address, port)).awaitUninterruptibly();
        Throwable failure = bound.cause();
        if (failure != null) {
            throw new AdminBindException(
                    AdminBindException.Reason.CANNOT_BIND,
                    "the admin server cannot listen on " + NetUtil.toAddressString(address) + " port " + port + " ("
                            + failure.getMessage() + "): name another port, or 0 for any free one",
                    failure);
        }
        // Behind Netty's own handler, which stops accepting for a second when accept() fails.
        bound.channel().pipeline().addLast(new FailedAccepts());
        return bound.channel();
    }

    private static ServerBootstrap bootstrap(
            AdminSettings settings, AdminSources sources, Threads threads, String token, OpenPath open) {
        AdminLimits limits = settings.limits();
        OpenConnections connections = new OpenConnections(limits);
        RequestCheck check = new RequestCheck(settings.access().hosts());
        AccessCheck access =
                new AccessCheck(token, settings.access().open(), open.links(), sources.callers(), threads.callers());
        RequestHandler requests = new RequestHandler(
                new ApiPaths(sources, limits, open, threads.feed(), threads.worker(), threads.lists()));
        return new ServerBootstrap()
                .group(threads.loop())
                .channel(NioServerSocketChannel.class)
                .option(SHARE_PORT, settings.sharesPort())
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        AdminConnection connection = new AdminConnection(limits, connections, check, access, requests);
                        channel.pipeline()
                                .addLast(new FirstBytes(connection))
                                .addLast(new HttpServerCodec(new HttpDecoderConfig()
                                        .setMaxInitialLineLength(limits.initialLineBytes())
                                        .setMaxHeaderSize(limits.headerBytes())))
                                .addLast(connection);
                    }
                });
    }

    /** The address that it listens on. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** The token that a POST must carry: as configured, else random and new at each start. */
    public String token() {
        return token;
    }

    /** Path and query of a new link, by which a browser can read: once, within ten minutes. */
    public String browserLink() {
        return open.link();
    }

    /** Whether it chose a free port because the default port was in use; see {@link #address}. */
    public boolean usesFallbackPort() {
        return usesFallbackPort;
    }

    /** Calls the listener when the server's event loop ends before {@link #close}: an {@link Error} ended it and was logged. */
    public void onLoopFailure(Consumer<Error> listener) {
        threads.loop().terminationFuture().addListener(ended -> {
            if (!closing) {
                listener.accept(new AssertionError("its event loop has ended"));
            }
        });
    }

    /** Lets a process of the same user, which takes the place of this one, listen on the port as well. */
    public void sharePort() {
        boolean unused = listener.config().setOption(SHARE_PORT, true);
    }

    /** Closes the listener and every connection; waits for at most a second each. */
    @Override
    public void close() {
        closing = true;
        listener.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        threads.stop();
    }

    /** Logs a failed accept(), most often for lack of descriptors; at most once a minute. */
    private static final class FailedAccepts extends ChannelInboundHandlerAdapter {
        private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
        private static final long LOG_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

        private long loggedAtNanos = System.nanoTime() - LOG_INTERVAL_NANOS;

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable error) {
            long now = System.nanoTime();
            if (now - loggedAtNanos >= LOG_INTERVAL_NANOS) {
                loggedAtNanos = now;
                LOG.warn("The admin server cannot accept connections and retries every second: {}", error.toString());
            }
        }
    }

    /** Reports the first bytes of a request to its connection, before the request is decoded. */
    private static final class FirstBytes extends ChannelInboundHandlerAdapter {
        private final AdminConnection connection;

        FirstBytes(AdminConnection connection) {
            this.connection = connection;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            connection.bytesArrived();
            context.fireChannelRead(message);
        }
    }
}
