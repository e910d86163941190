package dev.finspect.relay;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.NavigableSet;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes listeners without losing a client that is already connected. Any thread.
 *
 * <p>A listener that closes resets what is in its accept queue, and whose handshake ends later. So first the kernel drops
 * or refuses new SYNs; the listeners close once no handshake is under way and every queue is empty, or when the time is
 * over.
 */
final class ListenersEnd {
    private static final long FIRST_LOOK_MILLIS = 10;
    private static final long MOST_BETWEEN_LOOKS_MILLIS = 160;
    /** How long handshakes get that nobody can count: one repeated SYN-ACK, after a second, and its answer. */
    private static final long UNCOUNTED_NANOS = TimeUnit.MILLISECONDS.toNanos(1_300);
    /** How long the answers to SYN cookies get at most, since others on this host may be sent cookies without end. */
    private static final long MORE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ListenerSet listeners;
    private final EventLoop timer;
    private final HalfOpenHandshakes handshakes;
    /** Null where clients may have connected to any port. */
    private final @Nullable SortedSet<Integer> ports;

    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private long begunNanos;
    private long pauseMillis = FIRST_LOOK_MILLIS;
    private boolean closing;

    /**
     * The end of these listeners.
     *
     * @param timer a loop on which to wait
     * @param routes for whose clients they listen
     */
    ListenersEnd(ListenerSet listeners, EventLoop timer, List<Route> routes, HalfOpenHandshakes handshakes) {
        this.listeners = listeners;
        this.timer = timer;
        this.handshakes = handshakes;
        this.ports = ports(listeners, routes);
    }

    /** The local ports of handshakes: the listeners', and under TPROXY the ports that clients were bound for. */
    private static @Nullable SortedSet<Integer> ports(ListenerSet listeners, List<Route> routes) {
        NavigableSet<Integer> ports = new TreeSet<>(listeners.ports());
        for (Route route : routes) {
            Interception interception = route.settings().interception();
            if (interception.mode() == Interception.Mode.TPROXY) {
                if (interception.ports().isEmpty()) {
                    return null;
                }
                for (PortRange range : interception.ports()) {
                    for (int port = range.first(); port <= range.last(); port++) {
                        ports.add(port);
                    }
                }
            }
        }
        return ports;
    }

    /** Begins; completed when all listeners are closed. */
    CompletableFuture<Void> begin() {
        begunNanos = System.nanoTime();
        var unused = listeners.refuseNewClients().whenComplete((refused, error) -> {
            if (error == null && refused) {
                lookLater();
            } else {
                closeOnce();
            }
        });
        return closed;
    }

    /** Accepts what waits in the queues, whether or not there is room, and closes; completed when all are closed. */
    CompletableFuture<Void> closeNow() {
        closeOnce();
        return closed;
    }

    /** Without the lock: whoever waits for the end may hold one of its own, and need this one. */
    private void closeOnce() {
        if (mayClose()) {
            var unused = listeners.closeListeners().whenComplete((done, error) -> closed.complete(null));
        }
    }

    private synchronized boolean mayClose() {
        boolean first = !closing;
        closing = true;
        return first;
    }

    private synchronized void lookLater() {
        if (!closing) {
            Future<?> unused = timer.schedule(this::look, pauseMillis, TimeUnit.MILLISECONDS);
            pauseMillis = Math.min(MOST_BETWEEN_LOOKS_MILLIS, pauseMillis * 2);
        }
    }

    /** Counts handshakes first: one that ends meanwhile is in a queue by the time the queues are looked at. */
    private void look() {
        CompletableFuture<Integer> underWay =
                ports == null ? CompletableFuture.completedFuture(HalfOpenHandshakes.UNKNOWN) : handshakes.count(ports);
        var unused = underWay.thenCompose(count ->
                        mayBeUnderWay(count) ? CompletableFuture.completedFuture(1) : listeners.waitingClients())
                .whenComplete((waiting, error) -> {
                    if (error == null && waiting > 0) {
                        lookLater();
                    } else {
                        closeOnce();
                    }
                });
    }

    private boolean mayBeUnderWay(int count) {
        long sinceBegin = System.nanoTime() - begunNanos;
        return count > 0
                || count == HalfOpenHandshakes.UNKNOWN && sinceBegin < UNCOUNTED_NANOS
                || sinceBegin < MORE_NANOS && handshakes.mayBeMore();
    }
}
