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

/** Asks this network namespace's connection tracking about a connection of finspect's. Not thread-safe, and not for an event loop. */
final class ConntrackLookup {
    static final String NOT_LOADED =
            "there is no connection tracking in this network namespace (nf_conntrack is not loaded)";
    static final String NOT_IN_FORCE =
            "connection tracking has no TCP connection in this network namespace: no rule in it needs that";

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
                    ? described(
                            new Fact<>(either.get(), Source.CONNTRACK), Observation.notObserved(), table, atEpochNanos)
                    : without(tuple, open, table, atEpochNanos);
        } catch (IOException e) {
            return Tracking.unseen(atEpochNanos, table, NetlinkSocket.firstLine(e));
        }
    }

    /** There is no entry: whether that says something depends on what else the table has. */
    private static Tracking without(FourTuple tuple, ConntrackTable open, Tracking.Table table, long atEpochNanos)
            throws IOException {
        int[] tcp = new int[1];
        int[] like = new int[1];
        open.list(tuple.source().v6(), MOST_READ, entry -> {
            tcp[0]++;
            like[0] += hasServiceOf(tuple, entry) ? 1 : 0;
        });
        Observation<Long> others =
                like[0] == 0 ? Observation.none(Source.CONNTRACK) : new Fact<>((long) like[0], Source.CONNTRACK);
        Observation<ConntrackEntry> none = tcp[0] == 0 ? Observation.notObserved() : Observation.none(Source.CONNTRACK);
        return described(none, others, table, atEpochNanos);
    }

    /** Whether it goes to the address that finspect's connection goes to, or to the one at which finspect took it. */
    static boolean hasServiceOf(FourTuple tuple, ConntrackEntry entry) {
        FourTuple to = entry.original();
        FourTuple from = entry.reply();
        boolean sameUpstream = to.destinationPort() == tuple.destinationPort()
                && to.destination().equals(tuple.destination());
        boolean sameListener = (to.destinationPort() == tuple.sourcePort()
                        && to.destination().equals(tuple.source()))
                || (from.sourcePort() == tuple.sourcePort() && from.source().equals(tuple.source()));
        return sameUpstream || sameListener;
    }

    private static Tracking described(
            Observation<ConntrackEntry> entry, Observation<Long> others, Tracking.Table table, long atEpochNanos) {
        return new Tracking(
                atEpochNanos,
                entry,
                Observation.notObserved(),
                others,
                failures(),
                Observation.notObserved(),
                table,
                entry.isNotObserved() ? NOT_IN_FORCE : null);
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
