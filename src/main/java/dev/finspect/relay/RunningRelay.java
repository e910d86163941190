package dev.finspect.relay;

import dev.finspect.session.RouteCounters;
import dev.finspect.session.SessionDirectory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A relay that listens, as those that started it see it. Any thread. */
public interface RunningRelay {
    /** Begins to accept; called once. A relay that drains already accepts nobody. */
    void accept();

    /** The addresses really listened on, by route name, in the order of the configuration. */
    Map<String, List<InetSocketAddress>> listening();

    /** Which data path runs: {@code epoll} or {@code nio}. */
    String engineName();

    /** The routes in force, in the order of the configuration. */
    List<RouteSettings> routes();

    /** Those that were removed or changed while sessions of them live on; a route can have several. */
    List<RouteSettings> livingOn();

    /**
     * Makes ready other settings: binds the listeners that they need in addition. Nothing has changed yet. Engine and number
     * of loops stay as they are. One caller at a time, who waits for the loops.
     *
     * @param anew names of routes whose living sessions go on as those of a former route, even if the settings here stay the
     *     same: something else of the route changes
     * @throws RelayStartException when something stands in the way; nothing has changed
     */
    RelayChange prepare(RelaySettings next, Set<String> anew) throws RelayStartException;

    /** The listeners, for another process of the same user; empty if the engine cannot pass any. */
    List<PassedListener> passed();

    /**
     * Another process listens with these from now on: this one stops to, and closes nothing for it. {@link #drain} is to
     * follow.
     */
    CompletableFuture<Void> release(List<ListenerKey> keys);

    /** Counters of every route that there was since the start, by name. */
    Map<String, RouteCounters> counters();

    /** Bytes on the Java heap that Netty holds for the loops' buffers. */
    long heapBytes();

    /** Bytes outside the Java heap that Netty holds for the loops' buffers. */
    long directBytes();

    /** Events of sessions that could not be recorded, or looked at by the rules, because of an error; each kind is logged. */
    long recordingErrors();

    /** Runs what it is given on the threads that open sockets, each on its own: short work that does not block for long. */
    List<Executor> loops();

    /** What each route does after the first FIN of a session, by route name. */
    Map<String, ClosePolicy> closePolicies();

    /**
     * From now on a route does this after the first FIN of a session; sessions whose first FIN has passed go on as they were.
     *
     * @return whether there is a route of this name
     */
    boolean closePolicy(String route, ClosePolicy policy);

    /** The sessions that live now. */
    SessionDirectory sessions();

    /**
     * Stops accepting, waits at most {@code patience} for the living sessions, resets those that are left on both legs and
     * records them as finspect's doing. Completed when every session's closed record has been given to the sink. A second
     * call with a shorter patience shortens the first.
     */
    CompletableFuture<Void> drain(Duration patience);
}
