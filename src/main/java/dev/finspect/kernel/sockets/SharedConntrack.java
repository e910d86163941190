package dev.finspect.kernel.sockets;

import dev.finspect.record.Tracking;
import dev.finspect.tcp.FourTuple;
import dev.finspect.wire.conntrack.ConntrackEntry;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The tracked connections of this network namespace, for many looks one after the other: one socket for all of them, and one list
 * of each IP version for those of a quarter of a second. Not thread-safe.
 */
final class SharedConntrack implements AutoCloseable {
    /** How long a list serves, and how long a failure is not tried again. */
    static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** A table may have millions of entries; so many are read in some milliseconds. */
    private static final int MOST_READ = 20_000;

    private final Opener opener;
    private @Nullable ConntrackEntries open;
    private @Nullable Listed v4;
    private @Nullable Listed v6;
    private @Nullable IOException failure;
    private long failedAtNanos;

    /** Opens its socket at the first look. */
    SharedConntrack(Opener opener) {
        this.opener = opener;
    }

    /** Opens the table. */
    @FunctionalInterface
    interface Opener {
        ConntrackEntries open() throws IOException;
    }

    /**
     * What was listed.
     *
     * @param connections the TCP connections in it
     * @param whole whether it is all of the table, and not only its first entries
     * @param atNanos when, by the monotonic clock
     */
    record Listed(ConntrackListing connections, boolean whole, long atNanos) {
        boolean isFresh(long nowNanos) {
            return nowNanos - atNanos < FRESH_NANOS;
        }
    }

    /**
     * The entry of the connection whose packets have this tuple, or the reverse of it; empty without one.
     *
     * @param nowNanos the monotonic clock
     * @throws IOException if the kernel does not reply, or refuses; or did so less than a quarter of a second ago
     */
    Optional<ConntrackEntry> find(FourTuple tuple, long nowNanos) throws IOException {
        dropStale(nowNanos);
        return asked(nowNanos, table -> {
            Optional<ConntrackEntry> found = table.find(tuple);
            return found.isPresent() ? found : table.find(tuple.reversed());
        });
    }

    /**
     * The TCP connections of one IP version, listed at most a quarter of a second ago. Throws as {@link #find} does.
     *
     * @param settings of the table
     */
    Listed list(boolean wantedV6, Tracking.Table settings, long nowNanos) throws IOException {
        Listed before = wantedV6 ? v6 : v4;
        if (before != null && before.isFresh(nowNanos)) {
            return before;
        }
        Listed now = asked(nowNanos, table -> {
            ConntrackListing connections = new ConntrackListing(settings);
            boolean whole = table.list(wantedV6, MOST_READ, connections);
            return new Listed(connections, whole, nowNanos);
        });
        if (!now.whole()) {
            closeTable();
        }
        if (wantedV6) {
            v6 = now;
        } else {
            v4 = now;
        }
        return now;
    }

    /** Asks the table. After a failure it is closed: a late reply would be mistaken for that of the next question. */
    private <T> T asked(long nowNanos, Question<T> question) throws IOException {
        if (failure != null && nowNanos - failedAtNanos < FRESH_NANOS) {
            throw new IOException(failure.getMessage(), failure);
        }
        failure = null;
        try {
            ConntrackEntries table = open;
            if (table == null) {
                table = opener.open();
                open = table;
            }
            return question.ask(table);
        } catch (IOException e) {
            failure = e;
            failedAtNanos = nowNanos;
            closeTable();
            throw e;
        }
    }

    /** A question to the table. */
    @FunctionalInterface
    private interface Question<T> {
        T ask(ConntrackEntries table) throws IOException;
    }

    /** Forgets lists that serve no more, which take megabytes. */
    void dropStale(long nowNanos) {
        v4 = v4 != null && v4.isFresh(nowNanos) ? v4 : null;
        v6 = v6 != null && v6.isFresh(nowNanos) ? v6 : null;
    }

    private void closeTable() {
        ConntrackEntries table = open;
        open = null;
        if (table != null) {
            table.close();
        }
    }

    @Override
    public void close() {
        closeTable();
        v4 = null;
        v6 = null;
    }
}
