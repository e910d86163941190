package dev.finspect.kernel.sockets;

import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.diag.SocketEntry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts orphan sockets, which the kernel still handles after their program closed them, at finspect's listeners and towards its
 * upstreams, and the local ports in use towards each upstream. Counts every {@value #LEAST_REST_SECONDS} seconds or less often,
 * on a thread of its own, which then sleeps a hundred times as long as the count took.
 *
 * <p>Orphans that another program of this network namespace left towards the same upstream look the same and are counted too.
 */
public final class SocketCensus implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SocketCensus.class);
    private static final int LEAST_REST_SECONDS = 15;
    private static final long REST_FACTOR = 100;

    private final Supplier<Places> places;
    private final Thread thread;
    private volatile Counts counts = Counts.NONE;
    private volatile boolean closed;

    /**
     * The sockets to count.
     *
     * @param listeners routes by the port of their listener
     * @param upstreams routes by the addresses of their upstreams
     */
    public record Places(Map<Integer, String> listeners, Map<InetSocketAddress, String> upstreams) {}

    /** Starts counting, for the first time after one interval. */
    public SocketCensus(Supplier<Places> places) {
        this.places = places;
        thread = new Thread(this::run, "finspect-census");
        thread.setDaemon(true);
        thread.start();
    }

    /** Orphan sockets in this state on a leg of a route's sessions, as of the last count. */
    public long kept(String route, Leg leg, TcpState state) {
        return counts.kept().getOrDefault(new Kept(route, leg, state), 0L);
    }

    /** Local ports in use towards an upstream address of a route, including TIME-WAIT; the highest number if there are several. */
    public long portsTaken(String route) {
        return counts.portsTaken().getOrDefault(route, 0L);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        long restNanos = TimeUnit.SECONDS.toNanos(LEAST_REST_SECONDS);
        String lastReason = "";
        while (!closed) {
            try {
                TimeUnit.NANOSECONDS.sleep(restNanos);
            } catch (InterruptedException e) {
                return;
            }
            long began = System.nanoTime();
            try (SocketTable table = SocketTable.open()) {
                counts = count(table, places.get());
            } catch (IOException e) {
                String reason = NetlinkSocket.firstLine(e);
                if (!lastReason.equals(reason)) {
                    LOG.info("Orphan sockets cannot be counted: {}", reason);
                    lastReason = reason;
                }
                counts = Counts.NONE;
            }
            long took = System.nanoTime() - began;
            restNanos = Math.max(TimeUnit.SECONDS.toNanos(LEAST_REST_SECONDS), took * REST_FACTOR);
        }
    }

    /** Counts on the calling thread. */
    static Counts count(SocketTable table, Places places) throws IOException {
        SortedSet<Integer> ports = new TreeSet<>(places.listeners().keySet());
        places.upstreams().keySet().forEach(address -> ports.add(address.getPort()));
        if (ports.isEmpty()) {
            return Counts.NONE;
        }
        Map<Kept, Long> kept = new HashMap<>();
        Map<InetSocketAddress, Long> towards = new HashMap<>();
        EnumSet<TcpState> states = EnumSet.complementOf(EnumSet.of(TcpState.LISTEN, TcpState.CLOSED));
        table.list(states, ports, entry -> {
            InetSocketAddress far = entry.tuple().destinationSocket();
            String upstream = places.upstreams().get(far);
            if (upstream != null) {
                towards.merge(far, 1L, Long::sum);
            }
            Kept mark = entry.orphaned() ? mark(entry, upstream, places) : null;
            if (mark != null) {
                kept.merge(mark, 1L, Long::sum);
            }
        });
        Map<String, Long> most = new HashMap<>();
        towards.forEach((address, taken) -> most.merge(places.upstreams().get(address), taken, Math::max));
        return new Counts(Map.copyOf(kept), Map.copyOf(most));
    }

    private static @Nullable Kept mark(SocketEntry entry, @Nullable String upstream, Places places) {
        if (upstream != null) {
            return new Kept(upstream, Leg.UPSTREAM, entry.state());
        }
        String listener = places.listeners().get(entry.tuple().sourcePort());
        return listener == null ? null : new Kept(listener, Leg.CLIENT, entry.state());
    }

    /** By what sockets are counted. */
    record Kept(String route, Leg leg, TcpState state) {}

    /** The result of one count. */
    record Counts(Map<Kept, Long> kept, Map<String, Long> portsTaken) {
        static final Counts NONE = new Counts(Map.of(), Map.of());
    }
}
