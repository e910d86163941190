package dev.finspect.session.trace;

import dev.finspect.tcp.FourTuple;
import dev.finspect.wire.trace.TraceEvent;
import dev.finspect.wire.trace.TraceEvent.CloseWaitEntered;
import dev.finspect.wire.trace.TraceEvent.ResetSent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The latest events of all connections of this host, bounded: the oldest give way. Confined to the trace's thread. */
final class RecentEvents {
    /** RSTs of one connection that are kept; a peer that sends on gets one for each segment. */
    private static final int MOST_OF_ONE = 4;

    private final Oldest<List<ResetSent>> resets;
    private final Oldest<CloseWaitEntered> closeWaits;

    /** For so many connections of each kind. */
    RecentEvents(int most) {
        resets = new Oldest<>(most);
        closeWaits = new Oldest<>(most);
    }

    void add(TraceEvent event) {
        if (event instanceof ResetSent reset) {
            List<ResetSent> known = resets.computeIfAbsent(reset.tuple(), unused -> new ArrayList<>(1));
            if (known.size() == MOST_OF_ONE) {
                known.remove(0);
            }
            known.add(reset);
        } else if (event instanceof CloseWaitEntered entered) {
            closeWaits.remove(entered.tuple());
            closeWaits.put(entered.tuple(), entered);
        }
    }

    /**
     * The first RST that was sent from one end to the other between two moments; null where there was none, and where those of two
     * sockets fit: two network namespaces may use the same addresses, and nothing says which one is meant.
     */
    @Nullable
    ResetSent reset(FourTuple tuple, long fromNanos, long untilNanos) {
        ResetSent first = null;
        long socket = 0;
        for (ResetSent each : resets.getOrDefault(tuple, List.of())) {
            if (each.atNanos() - fromNanos < 0 || each.atNanos() - untilNanos > 0) {
                continue;
            }
            boolean another = first != null && each.socket() != 0 && each.socket() != socket;
            if (another) {
                return null;
            }
            socket = each.socket() == 0 ? socket : each.socket();
            first = first == null || each.atNanos() - first.atNanos() < 0 ? each : first;
        }
        return first;
    }

    /** When this end entered CLOSE-WAIT between two moments; null where it did not. */
    @Nullable
    CloseWaitEntered closeWait(FourTuple tuple, long fromNanos, long untilNanos) {
        CloseWaitEntered entered = closeWaits.get(tuple);
        return entered == null || entered.atNanos() - fromNanos < 0 || entered.atNanos() - untilNanos > 0
                ? null
                : entered;
    }

    /** A map whose oldest entry gives way. */
    private static final class Oldest<V> extends LinkedHashMap<FourTuple, V> {
        private static final long serialVersionUID = 1;

        private final int most;

        Oldest(int most) {
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<FourTuple, V> eldest) {
            return size() > most;
        }
    }
}
