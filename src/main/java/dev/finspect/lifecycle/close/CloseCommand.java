package dev.finspect.lifecycle.close;

import dev.finspect.tcp.Leg;

/** What the relay must do next, in the imperative: an action upon one leg. */
public enum CloseCommand {
    START_READING_CLIENT(Action.START_READING, Leg.CLIENT),
    START_READING_UPSTREAM(Action.START_READING, Leg.UPSTREAM),
    STOP_READING_CLIENT(Action.STOP_READING, Leg.CLIENT),
    STOP_READING_UPSTREAM(Action.STOP_READING, Leg.UPSTREAM),
    DELIVER_REST_OF_CLIENT(Action.DELIVER_REST, Leg.CLIENT),
    DELIVER_REST_OF_UPSTREAM(Action.DELIVER_REST, Leg.UPSTREAM),
    SHUT_OUTPUT_OF_CLIENT(Action.SHUT_OUTPUT, Leg.CLIENT),
    SHUT_OUTPUT_OF_UPSTREAM(Action.SHUT_OUTPUT, Leg.UPSTREAM),
    AWAIT_ACKNOWLEDGED_CLIENT(Action.AWAIT_ACKNOWLEDGED, Leg.CLIENT),
    AWAIT_ACKNOWLEDGED_UPSTREAM(Action.AWAIT_ACKNOWLEDGED, Leg.UPSTREAM),
    RESET_CLIENT(Action.RESET, Leg.CLIENT),
    RESET_UPSTREAM(Action.RESET, Leg.UPSTREAM),
    CLOSE_CLIENT(Action.CLOSE, Leg.CLIENT),
    CLOSE_UPSTREAM(Action.CLOSE, Leg.UPSTREAM),
    ABANDON_CONNECT(Action.ABANDON_CONNECT, Leg.UPSTREAM);

    /** The kinds of command. */
    public enum Action {
        /** Read from the leg and write to the other. */
        START_READING,
        /** Read no more from the leg, ever; drop what was read from it and is not yet in the other's kernel queue. */
        STOP_READING,
        /** Read what is left in the leg's kernel queue and write it to the other; then say delivered. */
        DELIVER_REST,
        /** Send a FIN. */
        SHUT_OUTPUT,
        /** Say when the leg's kernel queue is empty. */
        AWAIT_ACKNOWLEDGED,
        /** Send an RST and give the socket back. */
        RESET,
        /** Give the socket back; the kernel goes on delivering what it has. */
        CLOSE,
        /** End the attempt to connect. */
        ABANDON_CONNECT
    }

    private final Action action;
    private final Leg leg;

    CloseCommand(Action action, Leg leg) {
        this.action = action;
        this.leg = leg;
    }

    /** What to do. */
    public Action action() {
        return action;
    }

    /** To which leg. */
    public Leg leg() {
        return leg;
    }

    static CloseCommand of(Action action, Leg leg) {
        for (CloseCommand command : values()) {
            if (command.action == action && command.leg == leg) {
                return command;
            }
        }
        throw new AssertionError("no command " + action + " for " + leg);
    }
}
