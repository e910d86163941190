package dev.finspect.relay;

import io.netty.buffer.ByteBufAllocatorMetric;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A data path that listens, accepts and moves bytes. Any thread. */
public interface Engine {
    /** Starts a data path. */
    @FunctionalInterface
    interface Starter {
        /**
         * Binds all listeners, then begins to accept on all of them.
         *
         * @throws RelayStartException when that fails; nothing is left running
         */
        Engine start(RelayCore core) throws RelayStartException;
    }

    /** {@code epoll} or {@code nio}. */
    String name();

    /** The addresses really listened on, by route name, in the order of the configuration. */
    Map<String, List<InetSocketAddress>> listening();

    /** The loops' sessions. */
    List<LoopSessions> loops();

    /** The memory of the loops' buffers. */
    ByteBufAllocatorMetric memory();

    /** Closes all listeners; completed when none accepts any more. */
    CompletableFuture<Void> stopAccepting();

    /** Ends the loops, when no session lives any more; completed when their threads are done. */
    CompletableFuture<Void> shutDown();
}
