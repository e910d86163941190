package dev.finspect.kernel.sockets;

import dev.finspect.record.Tracking;
import dev.finspect.tcp.FourTuple;
import dev.finspect.wire.conntrack.ConntrackEntry;
import dev.finspect.wire.conntrack.ConntrackState;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a list of tracked connections says of one of finspect's: its own entry, which may be in any conntrack zone, and how many others
 * have its service. Not thread-safe.
 */
final class ConntrackListing implements Consumer<ConntrackEntry> {
    /** An entry without a packet for so long does not show that connection tracking is still in force. */
    private static final long RECENT_SECONDS = 120;

    private final FourTuple tuple;
    private final long establishedSeconds;
    private @Nullable ConntrackEntry own;
    private int tcp;
    private int others;

    /**
     * Of nothing so far.
     *
     * @param tuple from finspect's end to the peer
     */
    ConntrackListing(FourTuple tuple, Tracking.Table table) {
        this.tuple = tuple;
        this.establishedSeconds =
                TimeUnit.NANOSECONDS.toSeconds(table.establishedNanos().or(0L));
    }

    @Override
    public void accept(ConntrackEntry entry) {
        tcp++;
        if (isOwn(entry)) {
            own = own == null && !entry.dying() ? entry : own;
        } else {
            others += hasService(entry) && isRecent(entry) ? 1 : 0;
        }
    }

    /** The connection's own entry; null where it was not in the list, or is being deleted. */
    @Nullable
    ConntrackEntry own() {
        return own;
    }

    /** How many other connections have the same service, and had a packet a short while ago. */
    int others() {
        return others;
    }

    /** Whether there was any TCP connection. */
    boolean hasTcp() {
        return tcp > 0;
    }

    private boolean isRecent(ConntrackEntry entry) {
        return entry.state() != ConntrackState.ESTABLISHED
                || entry.secondsLeft() < 0
                || establishedSeconds - entry.secondsLeft() <= RECENT_SECONDS;
    }

    /** Whether packets of either direction have the connection's addresses. */
    private boolean isOwn(ConntrackEntry entry) {
        FourTuple reversed = tuple.reversed();
        return entry.original().equals(tuple)
                || entry.original().equals(reversed)
                || entry.reply().equals(tuple)
                || entry.reply().equals(reversed);
    }

    /** Whether it goes to the address that finspect's connection goes to, or to the one at which finspect took it. */
    private boolean hasService(ConntrackEntry entry) {
        FourTuple to = entry.original();
        FourTuple from = entry.reply();
        boolean sameUpstream = to.destinationPort() == tuple.destinationPort()
                && to.destination().equals(tuple.destination());
        boolean sameListener = (to.destinationPort() == tuple.sourcePort()
                        && to.destination().equals(tuple.source()))
                || (from.sourcePort() == tuple.sourcePort() && from.source().equals(tuple.source()));
        return sameUpstream || sameListener;
    }
}
