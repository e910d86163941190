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

    /**
     * From now on the kernel drops or refuses new SYNs, and what it has already answered is still accepted. Completed with
     * false when this engine cannot do that, and new clients go on to connect.
     */
    CompletableFuture<Boolean> refuseNewClients();

    /** How many connected clients wait to be accepted, on all listeners. */
    CompletableFuture<Integer> waitingClients();

    /** Accepts each client that still waits, also above the session limit, and closes all listeners; completed when done. */
    CompletableFuture<Void> closeListeners();

    /** Ends the loops, when no session lives any more; completed when their threads are done. */
    CompletableFuture<Void> shutDown();
}
