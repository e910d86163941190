package dev.finspect.relay;

import io.netty.buffer.ByteBufAllocatorMetric;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A data path that listens, accepts and moves bytes. As a set of listeners, it is all of them. Any thread. */
public interface Engine extends ListenerSet {
    /** Starts a data path. */
    @FunctionalInterface
    interface Starter {
        /**
         * Binds all listeners; none accepts before {@link Engine#accept}.
         *
         * @throws RelayStartException when that fails; nothing is left running
         */
        Engine start(RelayCore core) throws RelayStartException;
    }

    /** {@code epoll} or {@code nio}. */
    String name();

    /** Begins to accept, on all listeners that there are and will be; called once. A drain before that accepts nobody. */
    void accept();

    /** The addresses really listened on, by route name, in the order of the configuration. */
    Map<String, List<InetSocketAddress>> listening();

    /** Its listeners, for another process; empty if this engine cannot pass any. */
    List<PassedListener> passed();

    /** Stops to listen with these, which another process has, and closes nothing for it; completed when done. */
    CompletableFuture<Void> release(List<ListenerKey> keys);

    /** The loops' sessions. */
    List<LoopSessions> loops();

    /** The memory of the loops' buffers. */
    ByteBufAllocatorMetric memory();

    /**
     * Binds the listeners that these routes need and that are not open yet.
     *
     * @throws RelayStartException when that fails; nothing has changed
     */
    ListenerChange prepare(List<Route> next) throws RelayStartException;

    /** Ends the loops, when no session lives any more; completed when their threads are done. */
    CompletableFuture<Void> shutDown();
}
