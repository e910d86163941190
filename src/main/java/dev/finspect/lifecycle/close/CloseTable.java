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
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The close table: for every state of a session and every signal, the next state and the commands for the relay.
 *
 * <p>A total table, filled once; a lookup allocates nothing. Thread-safe. Six rules define it:
 *
 * <ul>
 *   <li>A FIN is relayed after all bytes before it are delivered; each direction ends separately (RFC 9293 section 3.6).
 *   <li>An RST is relayed after the bytes that its sender sent before it, as far as the other side accepts them in time.
 *       Bytes towards the sender are dropped.
 *   <li>A client whose upstream cannot be reached is reset, since a FIN would look like a clean end.
 *   <li>After both FINs the sockets stay open until everything is acknowledged, so that a late RST is still detected. After
 *       the deadline they are closed, not reset, since a reset would destroy bytes in the kernel's queues.
 *   <li>A close policy that imitates another proxy ends an open session when the relay signals it.
 *   <li>An operator's FIN goes to both peers at once; then the session closes as after both FINs.
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

    /** The result of this signal in this state. */
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
                CloseState.CONNECTING,
                CloseSignal.OPERATOR_CLOSES,
                CloseState.ENDED,
                CloseCommand.ABANDON_CONNECT,
                CloseCommand.of(CLOSE, Leg.CLIENT));
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
        for (CloseSignal end : List.of(CloseSignal.ABORT, CloseSignal.OPERATOR_CLOSES)) {
            on(
                    CloseState.CONNECTING_CLIENT_RESET,
                    end,
                    CloseState.ENDED,
                    CloseCommand.ABANDON_CONNECT,
                    CloseCommand.of(CLOSE, Leg.CLIENT));
        }
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
        closeBoth(state, CloseSignal.POLICY_CLOSES);
        operatorCloses(state);
    }

    /** Nothing more is read; each peer that has not been sent a FIN is sent one, behind what is in its kernel queue. */
    private static void operatorCloses(CloseState state) {
        List<CloseCommand> commands = new ArrayList<>();
        for (Leg leg : Leg.values()) {
            commands.add(CloseCommand.of(STOP_READING, leg));
        }
        for (Leg leg : Leg.values()) {
            if (direction(state, leg) != Direction.FIN_RELAYED) {
                commands.add(CloseCommand.of(SHUT_OUTPUT, leg.other()));
            }
        }
        for (Leg leg : Leg.values()) {
            commands.add(CloseCommand.of(AWAIT_ACKNOWLEDGED, leg));
        }
        on(state, CloseSignal.OPERATOR_CLOSES, CloseState.CLOSING, commands.toArray(CloseCommand[]::new));
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
            closeBoth(acknowledged, CloseSignal.acknowledged(leg.other()));
            // The other leg is CLOSED or in TIME-WAIT: there is nothing left to reset.
            closeBoth(otherAcknowledged, CloseSignal.resetSeen(leg));
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
                closeBoth(state, CloseSignal.DEADLINE);
                closeBoth(state, CloseSignal.ABORT);
            }
        }
    }

    private static void resetting(Leg leg) {
        CloseState pending = CloseState.resetPending(leg);
        CloseState delivered = CloseState.resetDelivered(leg);
        on(pending, CloseSignal.delivered(leg), delivered, CloseCommand.of(AWAIT_ACKNOWLEDGED, leg.other()));
        relayReset(delivered, CloseSignal.acknowledged(leg.other()), leg);
        for (CloseState state : List.of(pending, delivered)) {
            relayReset(state, CloseSignal.DEADLINE, leg);
            relayReset(state, CloseSignal.ABORT, leg);
            closeBoth(state, CloseSignal.resetSeen(leg.other()));
        }
    }

    private static void relayReset(CloseState state, CloseSignal signal, Leg leg) {
        on(state, signal, CloseState.ENDED, CloseCommand.of(RESET, leg.other()), CloseCommand.of(CLOSE, leg));
    }

    private static void closeBoth(CloseState state, CloseSignal signal) {
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
