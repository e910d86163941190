package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.connection.EndpointStep.Moved;
import dev.finspect.tcp.TcpState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The states that one endpoint entered, each at most once, and when. */
final class EndpointStates {
    private static final int MOST_USUALLY = 5;
    private static final long[] NO_TIMES = {};
    private static final EndpointState[] NO_STATES = {};

    private EndpointState state = EndpointState.UNSEEN;
    /** By order of entry; the longest way through the table has seven states. */
    private long[] enteredAt = NO_TIMES;

    private EndpointState[] entered = NO_STATES;
    private int count;

    EndpointState state() {
        return state;
    }

    /** Takes a signal; a time stamp that goes backwards counts as that of the entry before. */
    void signal(EndpointSignal signal, long atNanos) {
        if (EndpointTable.step(state, signal) instanceof Moved moved) {
            enter(moved.next(), atNanos);
        }
    }

    private void enter(EndpointState next, long atNanos) {
        if (count == entered.length) {
            enteredAt = Arrays.copyOf(enteredAt, MOST_USUALLY + count);
            entered = Arrays.copyOf(entered, MOST_USUALLY + count);
        }
        enteredAt[count] = count == 0 ? atNanos : Math.max(atNanos, enteredAt[count - 1]);
        entered[count] = next;
        count++;
        state = next;
    }

    /** Takes the last entry back: what came later shows that it was too early. Only with an entry before it. */
    void retract() {
        count--;
        state = entered[count - 1];
    }

    /** How long it sat in a state, until {@code untilNanos} if it still does; null if it never did. */
    @Nullable
    Long timeIn(EndpointState wanted, long untilNanos) {
        int index = index(wanted);
        if (index < 0) {
            return null;
        }
        long end = index + 1 < count ? enteredAt[index + 1] : untilNanos;
        return Math.max(0, end - enteredAt[index]);
    }

    private int index(EndpointState wanted) {
        for (int i = 0; i < count; i++) {
            if (entered[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    List<StateEntry> entries() {
        List<StateEntry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            TcpState shown = entered[i].shown();
            if (shown != null) {
                entries.add(new StateEntry(shown, enteredAt[i]));
            }
        }
        return List.copyOf(entries);
    }
}
