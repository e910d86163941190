package dev.finspect.kernel.sockets;

import dev.finspect.record.Tracking;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.conntrack.ConntrackEntry;
import dev.finspect.wire.conntrack.ConntrackState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a list of tracked connections says of those of finspect: of each its own entry, which may be in any conntrack zone, and how
 * many others have its service. A question costs the same however many there are. Not thread-safe.
 */
final class ConntrackListing implements Consumer<ConntrackEntry> {
    /** An entry without a packet for so long does not show that connection tracking is still in force. */
    private static final long RECENT_SECONDS = 120;

    private final long establishedSeconds;
    /** By the tuples of either direction, which stand for the other as well. */
    private final Map<FourTuple, List<ConntrackEntry>> entries = new HashMap<>();
    /** Of those that had a packet a short while ago, as the next two: how many go to an end. */
    private final Map<FourTuple, Integer> to = new HashMap<>();
    /** How many are answered from an end to which they do not go. */
    private final Map<FourTuple, Integer> answeredFrom = new HashMap<>();
    /** How many of these go to one end and are answered from the other. */
    private final Map<FourTuple, Integer> both = new HashMap<>();

    /** Of nothing so far. */
    ConntrackListing(Tracking.Table table) {
        this.establishedSeconds =
                TimeUnit.NANOSECONDS.toSeconds(table.establishedNanos().or(0L));
    }

    @Override
    public void accept(ConntrackEntry entry) {
        FourTuple original = eitherWay(entry.original());
        FourTuple reply = eitherWay(entry.reply());
        put(original, entry);
        if (!reply.equals(original)) {
            put(reply, entry);
        }
        if (isRecent(entry)) {
            FourTuple there = destination(entry.original());
            FourTuple answers = source(entry.reply());
            to.merge(there, 1, Integer::sum);
            if (!answers.equals(there)) {
                answeredFrom.merge(answers, 1, Integer::sum);
                both.merge(pair(there, answers), 1, Integer::sum);
            }
        }
    }

    private void put(FourTuple key, ConntrackEntry entry) {
        entries.computeIfAbsent(key, unused -> new ArrayList<>(1)).add(entry);
    }

    /**
     * A connection's own entry; null where it is not in the list, or is being deleted.
     *
     * @param tuple from finspect's end to the peer
     */
    @Nullable
    ConntrackEntry own(FourTuple tuple) {
        return all(tuple).stream().filter(entry -> !entry.dying()).findFirst().orElse(null);
    }

    /**
     * How many other connections go to the address that finspect's goes to, or to the one at which finspect took it, and had a
     * packet a short while ago.
     */
    int others(FourTuple tuple) {
        FourTuple upstream = destination(tuple);
        FourTuple listener = source(tuple);
        int toListener = to.getOrDefault(listener, 0) + answeredFrom.getOrDefault(listener, 0);
        int all = upstream.equals(listener)
                ? toListener
                : toListener + to.getOrDefault(upstream, 0) - both.getOrDefault(pair(upstream, listener), 0);
        for (ConntrackEntry own : all(tuple)) {
            FourTuple there = destination(own.original());
            boolean counted = there.equals(upstream)
                    || there.equals(listener)
                    || source(own.reply()).equals(listener);
            all -= counted && isRecent(own) ? 1 : 0;
        }
        return all;
    }

    /** Whether there is any TCP connection. */
    boolean hasTcp() {
        return !entries.isEmpty();
    }

    private List<ConntrackEntry> all(FourTuple tuple) {
        return entries.getOrDefault(eitherWay(tuple), List.of());
    }

    private boolean isRecent(ConntrackEntry entry) {
        return entry.state() != ConntrackState.ESTABLISHED
                || entry.secondsLeft() < 0
                || establishedSeconds - entry.secondsLeft() <= RECENT_SECONDS;
    }

    /** The same for both directions. */
    private static FourTuple eitherWay(FourTuple tuple) {
        FourTuple reversed = tuple.reversed();
        return tuple.compareTo(reversed) < 0 ? tuple : reversed;
    }

    private static FourTuple source(FourTuple tuple) {
        return end(tuple.source(), tuple.sourcePort());
    }

    private static FourTuple destination(FourTuple tuple) {
        return end(tuple.destination(), tuple.destinationPort());
    }

    /** One end, as a key that stays fast whatever addresses a peer chooses. */
    private static FourTuple end(IpAddress address, int port) {
        return new FourTuple(address, port, address, port);
    }

    private static FourTuple pair(FourTuple one, FourTuple other) {
        return new FourTuple(one.source(), one.sourcePort(), other.source(), other.sourcePort());
    }
}
