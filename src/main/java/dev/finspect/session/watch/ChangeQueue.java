package dev.finspect.session.watch;

import dev.finspect.session.Change;
import dev.finspect.session.Change.Urgency;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one event loop that have changed since they were last taken, the most urgent first. Each waits once for each
 * urgency at most. While nobody follows them a change costs one comparison. Confined to the loop.
 */
@SuppressWarnings("EnumOrdinal") // A set of changes is one int for each session; nothing of it is kept or sent.
public final class ChangeQueue {
    private static final Change[] CHANGES = Change.values();
    private static final int[] OF_URGENCY = bitsOfUrgencies();

    private final ArrayDeque<WatchedSession> first = new ArrayDeque<>(0);
    private final ArrayDeque<WatchedSession> soon = new ArrayDeque<>(0);
    private final ArrayDeque<WatchedSession> later = new ArrayDeque<>(0);
    private boolean followed;

    /** Whether somebody follows the changes. */
    public boolean isFollowed() {
        return followed;
    }

    /** Begins or ends to note changes; what is noted is forgotten at the end. */
    public void follow(boolean on) {
        followed = on;
        if (!on) {
            for (Urgency urgency : Urgency.values()) {
                ArrayDeque<WatchedSession> waiting = waiting(urgency);
                waiting.forEach(session -> session.takeChanges());
                waiting.clear();
            }
        }
    }

    /** Notes a change of a session; {@code before} are those that it waits for already. Returns them with this one. */
    int add(WatchedSession session, int before, Change change) {
        if (!followed) {
            return before;
        }
        if ((before & OF_URGENCY[change.urgency().ordinal()]) == 0) {
            waiting(change.urgency()).add(session);
        }
        return before | 1 << change.ordinal();
    }

    /** The next session that has changed and lives; null where there is none of this urgency. */
    public @Nullable WatchedSession poll(Urgency urgency) {
        ArrayDeque<WatchedSession> waiting = waiting(urgency);
        WatchedSession session = waiting.poll();
        while (session != null && !session.hasChanged()) {
            session = waiting.poll(); // Taken with a more urgent change, or over.
        }
        return session;
    }

    static Set<Change> setOf(int bits) {
        Set<Change> set = EnumSet.noneOf(Change.class);
        for (Change change : CHANGES) {
            if ((bits & 1 << change.ordinal()) != 0) {
                set.add(change);
            }
        }
        return set;
    }

    private ArrayDeque<WatchedSession> waiting(Urgency urgency) {
        return switch (urgency) {
            case FIRST -> first;
            case SOON -> soon;
            case LATER -> later;
        };
    }

    private static int[] bitsOfUrgencies() {
        int[] bits = new int[Urgency.values().length];
        for (Change change : CHANGES) {
            bits[change.urgency().ordinal()] |= 1 << change.ordinal();
        }
        return bits;
    }
}
