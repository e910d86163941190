package dev.finspect.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin server: metrics, health and sessions over HTTP, on loopback addresses only.
 *
 * <p>It runs one event loop of its own, on NIO channels, and one worker thread for slow pages. The proxy's event loops only
 * supply records. Both threads are daemons.
 */
public final class AdminServer implements AutoCloseable {
    private static final int QUEUED_PAGES = 64;

    private final EventLoopGroup loop;
    private final ThreadPoolExecutor worker;
    private final Channel listener;
    private final boolean usesFallbackPort;
    private final String token;
    private volatile boolean closing;

    private AdminServer(
            EventLoopGroup loop, ThreadPoolExecutor worker, Channel listener, boolean fallbackPort, String token) {
        this.token = token;
        this.loop = loop;
        this.worker = worker;
        this.listener = listener;
        this.usesFallbackPort = fallbackPort;
    }

    /**
     * Opens the server.
     *
     * @throws AdminBindException if the address is not a loopback address, or the server cannot listen on it
     */
    public static AdminServer start(AdminSettings settings, AdminSources sources) throws AdminBindException {
        if (!settings.address().isLoopbackAddress()) {
            throw new AdminBindException(
                    AdminBindException.Reason.NOT_LOOPBACK,
                    "the admin server would be reachable from other machines on "
                            + NetUtil.toAddressString(settings.address())
                            + ": give it a loopback address such as 127.0.0.1 or ::1",
                    null);
        }
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("finspect-admin", true), NioIoHandler.newFactory());
        ThreadPoolExecutor worker = new ThreadPoolExecutor(
                1,
                1,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUED_PAGES),
                new DefaultThreadFactory("finspect-admin-pages", true));
        worker.allowCoreThreadTimeOut(true);
        try {
            String token = Token.random();
            return listening(settings, loop, worker, bootstrap(settings, sources, loop, worker, token), token);
        } catch (AdminBindException e) {
            stop(loop, worker);
            throw e;
        }
    }

    private static AdminServer listening(
            AdminSettings settings,
            EventLoopGroup loop,
            ThreadPoolExecutor worker,
            ServerBootstrap bootstrap,
            String token)
            throws AdminBindException {
        try {
            return new AdminServer(loop, worker, bind(bootstrap, settings.address(), settings.port()), false, token);
        } catch (AdminBindException e) {
            if (settings.portConfigured() || !(e.getCause() instanceof BindException)) {
                throw e;
            }
            return new AdminServer(loop, worker, bind(bootstrap, settings.address(), 0), true, token);
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
            AdminSettings settings,
            AdminSources sources,
            EventLoopGroup loop,
            ThreadPoolExecutor worker,
            String token) {
        AdminLimits limits = settings.limits();
        OpenConnections open = new OpenConnections(limits);
        RequestCheck check = new RequestCheck(settings.address(), token);
        RequestHandler requests = new RequestHandler(new ApiPaths(sources, worker), limits.answer());
        return new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        AdminConnection connection = new AdminConnection(limits, open, check, requests);
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

    /** The token that a POST must carry; random, new at each start. */
    public String token() {
        return token;
    }

    /** Whether it chose a free port because the default port was in use; see {@link #address}. */
    public boolean usesFallbackPort() {
        return usesFallbackPort;
    }

    /** Calls the listener when the server's event loop ends before {@link #close}: an {@link Error} ended it and was logged. */
    public void onLoopFailure(Consumer<Error> listener) {
        loop.terminationFuture().addListener(ended -> {
            if (!closing) {
                listener.accept(new AssertionError("its event loop has ended"));
            }
        });
    }

    /** Closes the listener and every connection; waits for at most a second each. */
    @Override
    public void close() {
        closing = true;
        listener.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        stop(loop, worker);
    }

    private static void stop(EventLoopGroup loop, ThreadPoolExecutor worker) {
        worker.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
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
