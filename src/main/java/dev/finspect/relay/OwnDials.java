package dev.finspect.relay;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The local ends of upstream connections of routes that intercept: one of them that comes in as a client has been intercepted
 * itself, and would go round for ever. Any thread.
 *
 * <p>The kernel deals the port out within connect(2), and such a connection can be accepted on another loop before that call
 * has returned. So each loop says while it dials, and who asks waits for those that it found dialling, see {@link #underWay}.
 */
public final class OwnDials {
    private final Set<InetSocketAddress> ends = ConcurrentHashMap.newKeySet();
    private final List<Turn> turns = new CopyOnWriteArrayList<>();

    /** For one loop, which alone uses it. */
    public Turn ofOneLoop() {
        Turn turn = new Turn();
        turns.add(turn);
        return turn;
    }

    public void add(InetSocketAddress local) {
        ends.add(local);
    }

    public void remove(InetSocketAddress local) {
        ends.remove(local);
    }

    /** Whether a client of this address is finspect itself, as far as is known. */
    boolean contains(InetSocketAddress client) {
        return ends.contains(client);
    }

    /**
     * The dials of other loops whose ends are not known yet. What was accepted before this call, and is still not
     * {@link #contains contained} when they are over, is no connection of finspect's.
     */
    public UnderWay underWay() {
        UnderWay found = null;
        for (int i = 0; i < turns.size(); i++) {
            Turn turn = turns.get(i);
            long count = turn.count.get();
            if (isDialling(count)) {
                found = new UnderWay(turn, count, found);
            }
        }
        return found == null ? UnderWay.NONE : found;
    }

    private static boolean isDialling(long count) {
        return (count & 1) != 0;
    }

    /** How often a loop has begun and ended to dial: odd in between. Written by the loop, read by all. */
    public static final class Turn {
        private final AtomicLong count = new AtomicLong();

        public void begins() {
            count.incrementAndGet();
        }

        /** What was dialled is {@link OwnDials#add added}, where it has to be. */
        public void ends() {
            count.incrementAndGet();
        }
    }

    /** Dials that were found under way. */
    public static final class UnderWay {
        private static final UnderWay NONE = new UnderWay(new Turn(), -1, null);

        private final Turn turn;
        private final long count;
        private final @Nullable UnderWay next;

        private UnderWay(Turn turn, long count, @Nullable UnderWay next) {
            this.turn = turn;
            this.count = count;
            this.next = next;
        }

        /** Whether all of them have ended. */
        public boolean over() {
            for (UnderWay each = this; each != null; each = each.next) {
                if (each.turn.count.get() == each.count) {
                    return false;
                }
            }
            return true;
        }
    }
}
