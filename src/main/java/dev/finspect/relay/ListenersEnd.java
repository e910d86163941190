package dev.finspect.relay;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.NavigableSet;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes the listeners of an engine without losing a client that is already connected. Any thread.
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

    private final Engine engine;
    private final HalfOpenHandshakes handshakes;
    /** Null where clients may have connected to any port. */
    private final @Nullable SortedSet<Integer> ports;

    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private long begunNanos;
    private long pauseMillis = FIRST_LOOK_MILLIS;
    private boolean closing;

    ListenersEnd(Engine engine, List<Route> routes, HalfOpenHandshakes handshakes) {
        this.engine = engine;
        this.handshakes = handshakes;
        this.ports = ports(engine, routes);
    }

    /** The local ports of handshakes: the listeners', and under TPROXY the ports that clients were bound for. */
    private static @Nullable SortedSet<Integer> ports(Engine engine, List<Route> routes) {
        NavigableSet<Integer> ports = new TreeSet<>();
        engine.listening()
                .values()
                .forEach(all -> all.stream().map(InetSocketAddress::getPort).forEach(ports::add));
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
        var unused = engine.refuseNewClients().whenComplete((refused, error) -> {
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

    private synchronized void closeOnce() {
        if (!closing) {
            closing = true;
            var unused = engine.closeListeners().whenComplete((done, error) -> closed.complete(null));
        }
    }

    private synchronized void lookLater() {
        if (!closing) {
            Future<?> unused =
                    engine.loops().get(0).eventLoop().schedule(this::look, pauseMillis, TimeUnit.MILLISECONDS);
            pauseMillis = Math.min(MOST_BETWEEN_LOOKS_MILLIS, pauseMillis * 2);
        }
    }

    /** Counts handshakes first: one that ends meanwhile is in a queue by the time the queues are looked at. */
    private void look() {
        CompletableFuture<Integer> underWay =
                ports == null ? CompletableFuture.completedFuture(HalfOpenHandshakes.UNKNOWN) : handshakes.count(ports);
        var unused = underWay.thenCompose(
                        count -> mayBeUnderWay(count) ? CompletableFuture.completedFuture(1) : engine.waitingClients())
                .whenComplete((waiting, error) -> {
                    if (error == null && waiting > 0) {
                        lookLater();
                    } else {
                        closeOnce();
                    }
                });
    }

    private boolean mayBeUnderWay(int count) {
        return count == HalfOpenHandshakes.UNKNOWN ? System.nanoTime() - begunNanos < UNCOUNTED_NANOS : count > 0;
    }
}
