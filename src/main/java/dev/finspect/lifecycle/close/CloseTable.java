package dev.finspect.lifecycle.close;

import static dev.finspect.lifecycle.close.CloseCommand.Action.AWAIT_ACKNOWLEDGED;
import static dev.finspect.lifecycle.close.CloseCommand.Action.CLOSE;
import static dev.finspect.lifecycle.close.CloseCommand.Action.DELIVER_REST;
import static dev.finspect.lifecycle.close.CloseCommand.Action.RESET;
import static dev.finspect.lifecycle.close.CloseCommand.Action.SHUT_OUTPUT;
import static dev.finspect.lifecycle.close.CloseCommand.Action.START_READING;
import static dev.finspect.lifecycle.close.CloseCommand.Action.STOP_READING;

import dev.finspect.lifecycle.close.CloseState.Direction;
import dev.finspect.lifecycle.close.CloseStep.Moved;
import dev.finspect.lifecycle.close.CloseStep.Refused;
import dev.finspect.tcp.Leg;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The close coordinator: for every state of a session and every signal, the next state and what to do.
 *
 * <p>A total table, filled once; asking it allocates nothing. Any thread. Five rules fill it:
 *
 * <ul>
 *   <li>A FIN follows all bytes that came before it, and only then; each direction ends by itself (RFC 9293 section 3.6).
 *   <li>An RST follows what its sender had sent, as far as the other side takes it in time; what flowed towards the
 *       sender is dropped.
 *   <li>A client whose upstream cannot be reached is reset, since a FIN would look like a clean end.
 *   <li>After both FINs the sockets are kept until everything is acknowledged, so that a late RST is still seen. Giving
 *       up then closes plainly: both peers have ended, and the kernel still owes them bytes that a reset would destroy.
 *   <li>A close policy that plays another proxy ends an open session when the relay says that it is time.
 * </ul>
 */
public final class CloseTable {
    private static final Refused REFUSED = new Refused();
    private static final Map<CloseState, Map<CloseSignal, Moved>> TABLE = new EnumMap<>(CloseState.class);

    private CloseTable() {}

    static {
        for (CloseState state : CloseState.values()) {
            TABLE.put(state, new EnumMap<>(CloseSignal.class));
        }
        connecting();
        for (CloseState state : CloseState.values()) {
            if (state.from(Leg.CLIENT) != null) {
                open(state);
            }
        }
        closing();
        for (Leg leg : Leg.values()) {
            resetting(leg);
        }
    }

    /** The answer to this signal in this state. */
    public static CloseStep step(CloseState state, CloseSignal signal) {
        Map<CloseSignal, Moved> row = TABLE.get(state);
        Moved moved = row == null ? null : row.get(signal);
        return moved == null ? REFUSED : moved;
    }

    private static void connecting() {
        on(
                CloseState.CONNECTING,
                CloseSignal.CONNECTED,
                CloseState.OPEN,
                CloseCommand.of(START_READING, Leg.CLIENT),
                CloseCommand.of(START_READING, Leg.UPSTREAM));
        on(CloseState.CONNECTING, CloseSignal.CONNECT_FAILED, CloseState.ENDED, CloseCommand.of(RESET, Leg.CLIENT));
        on(CloseState.CONNECTING, CloseSignal.CLIENT_RESET_SEEN, CloseState.CONNECTING_CLIENT_RESET);
        on(
                CloseState.CONNECTING,
                CloseSignal.ABORT,
                CloseState.ENDED,
                CloseCommand.ABANDON_CONNECT,
                CloseCommand.of(RESET, Leg.CLIENT));
        on(
                CloseState.CONNECTING_CLIENT_RESET,
                CloseSignal.CONNECTED,
                CloseState.CLIENT_RST_PENDING,
                CloseCommand.of(DELIVER_REST, Leg.CLIENT));
        on(
                CloseState.CONNECTING_CLIENT_RESET,
                CloseSignal.CONNECT_FAILED,
                CloseState.ENDED,
                CloseCommand.of(CLOSE, Leg.CLIENT));
        on(
                CloseState.CONNECTING_CLIENT_RESET,
                CloseSignal.ABORT,
                CloseState.ENDED,
                CloseCommand.ABANDON_CONNECT,
                CloseCommand.of(CLOSE, Leg.CLIENT));
    }

    private static void open(CloseState state) {
        for (Leg leg : Leg.values()) {
            switch (direction(state, leg)) {
                case FLOWING -> on(state, CloseSignal.finRead(leg), with(state, leg, Direction.FIN_PENDING));
                case FIN_PENDING -> finDelivered(state, leg);
                case FIN_RELAYED -> {}
            }
            resetSeen(state, leg);
        }
        for (CloseSignal reset : List.of(CloseSignal.ABORT, CloseSignal.POLICY_RESETS)) {
            on(
                    state,
                    reset,
                    CloseState.ENDED,
                    CloseCommand.of(RESET, Leg.CLIENT),
                    CloseCommand.of(RESET, Leg.UPSTREAM));
        }
        over(state, CloseSignal.POLICY_CLOSES);
    }

    private static void finDelivered(CloseState state, Leg leg) {
        CloseState next = with(state, leg, Direction.FIN_RELAYED);
        CloseCommand shutOutput = CloseCommand.of(SHUT_OUTPUT, leg.other());
        if (next == CloseState.CLOSING) {
            on(
                    state,
                    CloseSignal.delivered(leg),
                    next,
                    shutOutput,
                    CloseCommand.of(AWAIT_ACKNOWLEDGED, Leg.CLIENT),
                    CloseCommand.of(AWAIT_ACKNOWLEDGED, Leg.UPSTREAM));
        } else {
            on(state, CloseSignal.delivered(leg), next, shutOutput);
        }
    }

    private static void resetSeen(CloseState state, Leg leg) {
        CloseCommand stopReading = CloseCommand.of(STOP_READING, leg.other());
        if (direction(state, leg) == Direction.FIN_RELAYED) {
            on(
                    state,
                    CloseSignal.resetSeen(leg),
                    CloseState.resetDelivered(leg),
                    stopReading,
                    CloseCommand.of(AWAIT_ACKNOWLEDGED, leg.other()));
        } else {
            on(
                    state,
                    CloseSignal.resetSeen(leg),
                    CloseState.resetPending(leg),
                    stopReading,
                    CloseCommand.of(DELIVER_REST, leg));
        }
    }

    private static void closing() {
        for (Leg leg : Leg.values()) {
            CloseState acknowledged = CloseState.closingAcknowledged(leg);
            CloseState otherAcknowledged = CloseState.closingAcknowledged(leg.other());
            on(CloseState.CLOSING, CloseSignal.acknowledged(leg), acknowledged);
            over(acknowledged, CloseSignal.acknowledged(leg.other()));
            // The other leg is past its last state (CLOSED or TIME-WAIT): there is nobody left to reset.
            over(otherAcknowledged, CloseSignal.resetSeen(leg));
            for (CloseState state : List.of(CloseState.CLOSING, acknowledged)) {
                on(
                        state,
                        CloseSignal.resetSeen(leg),
                        CloseState.resetDelivered(leg),
                        CloseCommand.of(AWAIT_ACKNOWLEDGED, leg.other()));
            }
        }
        for (CloseState state : CloseState.values()) {
            if (state.closing()) {
                over(state, CloseSignal.DEADLINE);
                over(state, CloseSignal.ABORT);
            }
        }
    }

    private static void resetting(Leg leg) {
        CloseState pending = CloseState.resetPending(leg);
        CloseState delivered = CloseState.resetDelivered(leg);
        on(pending, CloseSignal.delivered(leg), delivered, CloseCommand.of(AWAIT_ACKNOWLEDGED, leg.other()));
        passOn(delivered, CloseSignal.acknowledged(leg.other()), leg);
        for (CloseState state : List.of(pending, delivered)) {
            passOn(state, CloseSignal.DEADLINE, leg);
            passOn(state, CloseSignal.ABORT, leg);
            over(state, CloseSignal.resetSeen(leg.other()));
        }
    }

    private static void passOn(CloseState state, CloseSignal signal, Leg leg) {
        on(state, signal, CloseState.ENDED, CloseCommand.of(RESET, leg.other()), CloseCommand.of(CLOSE, leg));
    }

    private static void over(CloseState state, CloseSignal signal) {
        on(state, signal, CloseState.ENDED, CloseCommand.of(CLOSE, Leg.CLIENT), CloseCommand.of(CLOSE, Leg.UPSTREAM));
    }

    private static CloseState with(CloseState state, Leg leg, Direction direction) {
        Direction other = direction(state, leg.other());
        return leg == Leg.CLIENT ? CloseState.open(direction, other) : CloseState.open(other, direction);
    }

    private static Direction direction(CloseState state, Leg leg) {
        Direction direction = state.from(leg);
        if (direction == null) {
            throw new AssertionError(state + " is not an open state");
        }
        return direction;
    }

    private static void on(CloseState state, CloseSignal signal, CloseState next, CloseCommand... commands) {
        Map<CloseSignal, Moved> row = TABLE.get(state);
        if (row != null) {
            row.put(signal, new Moved(next, List.of(commands)));
        }
    }
}
