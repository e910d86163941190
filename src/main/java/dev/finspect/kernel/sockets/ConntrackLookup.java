package dev.finspect.kernel.sockets;

import dev.finspect.kernel.counters.CounterText;
import dev.finspect.record.Tracking;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.wire.conntrack.ConntrackEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks this network namespace's connection tracking about connections of finspect's. Thousands may stall in one second: what is the
 * same for all of them is read once in a quarter of a second. Any thread, but not an event loop.
 */
final class ConntrackLookup implements AutoCloseable {
    static final String NOT_LOADED =
            "there is no connection tracking in this network namespace (nf_conntrack is not loaded)";
    static final String NO_TCP = "conntrack of this network namespace: the table has no TCP connection";
    static final String PART_READ =
            "conntrack of this network namespace: only a part of the table was read, and it is not in that";
    static final String NO_TCP_READ = NO_TCP + " among the entries that were read";

    private static final Path COUNTERS = Path.of("/proc/self/net/netstat");

    private final Path settings;
    private final SharedConntrack shared;
    private @Nullable Around around;

    ConntrackLookup() {
        this(ConntrackSettings.FOLDER, ConntrackTable::open);
    }

    ConntrackLookup(Path settings, SharedConntrack.Opener opener) {
        this.settings = settings;
        this.shared = new SharedConntrack(opener);
    }

    /** What is the same for all connections. */
    private record Around(Tracking.Table table, Observation<Long> failures, long atNanos) {}

    /**
     * Asks about a connection.
     *
     * @param tuple from finspect's end to the peer
     * @param nowNanos the same moment by the monotonic clock
     */
    synchronized Tracking find(FourTuple tuple, long atEpochNanos, long nowNanos) {
        Around now = around(nowNanos);
        if (!now.table.entries().isKnown()) {
            return Tracking.unseen(atEpochNanos, now.table, NOT_LOADED);
        }
        try {
            Optional<ConntrackEntry> found = shared.find(tuple, nowNanos);
            return found.isPresent() && !found.get().dying()
                    ? with(found.get(), now, atEpochNanos)
                    : without(tuple, now, atEpochNanos, nowNanos);
        } catch (IOException e) {
            return Tracking.unseen(atEpochNanos, now.table, NetlinkSocket.firstLine(e));
        }
    }

    /** Forgets what serves no more. */
    synchronized void rest(long nowNanos) {
        shared.dropStale(nowNanos);
    }

    @Override
    public synchronized void close() {
        shared.close();
    }

    private Around around(long nowNanos) {
        Around before = around;
        if (before != null && nowNanos - before.atNanos < SharedConntrack.FRESH_NANOS) {
            return before;
        }
        Around now = new Around(ConntrackSettings.read(settings), failures(), nowNanos);
        around = now;
        return now;
    }

    /** No entry was found in the default zone: the whole list has one of another zone, or shows whether its lack says something. */
    private Tracking without(FourTuple tuple, Around now, long atEpochNanos, long nowNanos) throws IOException {
        SharedConntrack.Listed listed = shared.list(tuple.source().v6(), now.table, nowNanos);
        ConntrackEntry own = listed.connections().own(tuple);
        if (own != null) {
            return with(own, now, atEpochNanos);
        }
        int count = listed.connections().others(tuple);
        Observation<Long> others =
                count == 0 ? Observation.none(Source.CONNTRACK) : new Fact<>((long) count, Source.CONNTRACK);
        String unseen = unseen(listed);
        return described(
                unseen == null ? Observation.none(Source.CONNTRACK) : Observation.notObserved(),
                others,
                now,
                atEpochNanos,
                unseen);
    }

    /** Why the lack of an entry in this list says nothing; null where it shows that there is none. */
    private static @Nullable String unseen(SharedConntrack.Listed listed) {
        if (listed.connections().hasTcp()) {
            return listed.whole() ? null : PART_READ;
        }
        return listed.whole() ? NO_TCP : NO_TCP_READ;
    }

    private static Tracking with(ConntrackEntry own, Around now, long atEpochNanos) {
        return described(new Fact<>(own, Source.CONNTRACK), Observation.notObserved(), now, atEpochNanos, null);
    }

    private static Tracking described(
            Observation<ConntrackEntry> entry,
            Observation<Long> others,
            Around now,
            long atEpochNanos,
            @Nullable String unseen) {
        return new Tracking(
                atEpochNanos,
                entry,
                Observation.notObserved(),
                others,
                now.failures,
                Observation.notObserved(),
                now.table,
                unseen);
    }

    private static Observation<Long> failures() {
        try {
            Long total = CounterText.pairs(Files.readAllLines(COUNTERS)).get("TCPRetransFail");
            return total == null ? Observation.notObserved() : Fact.kernel((long) total);
        } catch (IOException e) {
            return Observation.notObserved();
        }
    }
}
