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
 * Loads classes that a proxy needs on a second processor, while the command line and the configuration are read. An
 * optimisation only: a class that is not loaded in time is loaded on first use.
 */
public final class ClassPreloader {
    /** In order of first use; each one loads the classes that its code refers to. */
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

    /** Starts loading if the command starts a proxy and there is a second processor. */
    public static void start(String... args) {
        boolean proxy = args.length > 0 && (args[0].equals("run") || args[0].equals("demo"));
        if (proxy && Runtime.getRuntime().availableProcessors() > 1) {
            Thread thread = new Thread(ClassPreloader::load, "finspect-preload");
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
            // The first use fails with the same error and reports it.
        }
    }
}
