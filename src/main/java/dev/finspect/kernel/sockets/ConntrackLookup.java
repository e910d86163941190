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

/** Asks this network namespace's connection tracking about a connection of finspect's. Not thread-safe, and not for an event loop. */
final class ConntrackLookup {
    static final String NOT_LOADED =
            "there is no connection tracking in this network namespace (nf_conntrack is not loaded)";
    static final String NO_TCP = "conntrack of this network namespace: the table has no TCP connection";
    static final String NO_TCP_READ = NO_TCP + " among the entries that were read";

    /** A table may have millions of entries; so many are read in some milliseconds. */
    private static final int MOST_READ = 20_000;

    private static final Path COUNTERS = Path.of("/proc/self/net/netstat");

    private final Path settings;

    ConntrackLookup() {
        this(ConntrackSettings.FOLDER);
    }

    ConntrackLookup(Path settings) {
        this.settings = settings;
    }

    /**
     * Asks about a connection.
     *
     * @param tuple from finspect's end to the peer
     */
    Tracking find(FourTuple tuple, long atEpochNanos) {
        Tracking.Table table = ConntrackSettings.read(settings);
        if (!table.entries().isKnown()) {
            return Tracking.unseen(atEpochNanos, table, NOT_LOADED);
        }
        try (ConntrackTable open = ConntrackTable.open()) {
            Optional<ConntrackEntry> found = open.find(tuple);
            Optional<ConntrackEntry> either = found.isPresent() ? found : open.find(tuple.reversed());
            return either.isPresent() && !either.get().dying()
                    ? with(either.get(), table, atEpochNanos)
                    : without(tuple, open, table, atEpochNanos);
        } catch (IOException e) {
            return Tracking.unseen(atEpochNanos, table, NetlinkSocket.firstLine(e));
        }
    }

    /** No entry was found in the default zone: the whole list has one of another zone, or shows whether its lack says something. */
    private static Tracking without(FourTuple tuple, ConntrackTable open, Tracking.Table table, long atEpochNanos)
            throws IOException {
        ConntrackListing list = new ConntrackListing(tuple, table);
        boolean whole = open.list(tuple.source().v6(), MOST_READ, list);
        return listed(list, whole, table, atEpochNanos);
    }

    /** What a list says, which is of the whole table or of a part of it. */
    static Tracking listed(ConntrackListing list, boolean whole, Tracking.Table table, long atEpochNanos) {
        ConntrackEntry own = list.own();
        if (own != null) {
            return with(own, table, atEpochNanos);
        }
        Observation<Long> others = list.others() == 0
                ? Observation.none(Source.CONNTRACK)
                : new Fact<>((long) list.others(), Source.CONNTRACK);
        return list.hasTcp()
                ? described(Observation.none(Source.CONNTRACK), others, table, atEpochNanos, null)
                : described(Observation.notObserved(), others, table, atEpochNanos, whole ? NO_TCP : NO_TCP_READ);
    }

    private static Tracking with(ConntrackEntry own, Tracking.Table table, long atEpochNanos) {
        return described(new Fact<>(own, Source.CONNTRACK), Observation.notObserved(), table, atEpochNanos, null);
    }

    private static Tracking described(
            Observation<ConntrackEntry> entry,
            Observation<Long> others,
            Tracking.Table table,
            long atEpochNanos,
            @Nullable String unseen) {
        return new Tracking(
                atEpochNanos,
                entry,
                Observation.notObserved(),
                others,
                failures(),
                Observation.notObserved(),
                table,
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
