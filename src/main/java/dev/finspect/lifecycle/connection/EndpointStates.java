package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.connection.EndpointStep.Moved;
import dev.finspect.tcp.TcpState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The states that one endpoint entered, each at most once, with times. */
final class EndpointStates {
    private static final int USUAL_STATES = 5;
    private static final long[] NO_TIMES = {};
    private static final EndpointState[] NO_STATES = {};

    private EndpointState state = EndpointState.UNSEEN;
    /** In order of entry; the longest path through the table has seven states. */
    private long[] enteredAt = NO_TIMES;

    private EndpointState[] entered = NO_STATES;
    private int count;

    EndpointState state() {
        return state;
    }

    /** Processes a signal; a time earlier than the previous entry counts as that of the previous entry. */
    void signal(EndpointSignal signal, long atNanos) {
        if (EndpointTable.step(state, signal) instanceof Moved moved) {
            enter(moved.next(), atNanos);
        }
    }

    private void enter(EndpointState next, long atNanos) {
        if (count == entered.length) {
            enteredAt = Arrays.copyOf(enteredAt, USUAL_STATES + count);
            entered = Arrays.copyOf(entered, USUAL_STATES + count);
        }
        enteredAt[count] = count == 0 ? atNanos : Math.max(atNanos, enteredAt[count - 1]);
        entered[count] = next;
        count++;
        state = next;
    }

    /** Removes the last entry, because later segments show that it was wrong. Only if there is an entry before it. */
    void retract() {
        count--;
        state = entered[count - 1];
    }

    /** Time spent in a state, until {@code untilNanos} if it is the current state; null if it was never entered. */
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
