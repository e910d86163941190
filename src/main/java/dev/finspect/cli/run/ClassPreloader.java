package dev.finspect.cli.run;

import dev.finspect.admin.AdminServer;
import dev.finspect.admin.Instance;
import dev.finspect.log.json.JsonRecordEncoder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Loads what a proxy will need while the command line and the configuration are still read, on a second processor. Nothing
 * depends on it: what it has not loaded in time, or cannot load, is loaded where it is used.
 */
public final class ClassPreloader {
    /** In the order in which they are needed; each brings the classes that its own code names. */
    private static final List<Class<?>> CLASSES = List.of(
            NioServerSocketChannel.class,
            NioIoHandler.class,
            MultiThreadIoEventLoopGroup.class,
            ServerBootstrap.class,
            PooledByteBufAllocator.class,
            HttpServerCodec.class,
            AdminServer.class,
            JsonRecordEncoder.class,
            EpollIoHandler.class,
            Instance.class);

    private ClassPreloader() {}

    /** Begins, when the command is one that starts a proxy and there is a second processor. */
    public static void take(String... args) {
        boolean proxy = args.length > 0 && (args[0].equals("run") || args[0].equals("demo"));
        if (proxy && Runtime.getRuntime().availableProcessors() > 1) {
            Thread thread = new Thread(ClassPreloader::load, "finspect-head-start");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void load() {
        try {
            Epoll.isAvailable();
            for (Class<?> each : CLASSES) {
                Class.forName(each.getName());
            }
            ManagementFactory.getGarbageCollectorMXBeans();
        } catch (ClassNotFoundException | LinkageError e) {
            // Whoever needs it will meet the same error, and tell of it.
        }
    }
}
