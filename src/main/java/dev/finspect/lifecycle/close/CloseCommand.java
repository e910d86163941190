package dev.finspect.lifecycle.close;

import dev.finspect.tcp.Leg;

/** A command of the close table to the relay: an action on one leg. */
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
        /** Stop reading from the leg for good; drop bytes read from it that are not yet in the other leg's kernel queue. */
        STOP_READING,
        /** Read what is left in the leg's kernel queue, write it to the other leg, then signal delivered. */
        DELIVER_REST,
        /** Send a FIN. */
        SHUT_OUTPUT,
        /** Signal acknowledged when the leg's kernel queue is empty. */
        AWAIT_ACKNOWLEDGED,
        /** Send an RST and close the socket. */
        RESET,
        /** Close the socket; the kernel still delivers what is in its queue. */
        CLOSE,
        /** Abort the connection attempt. */
        ABANDON_CONNECT
    }

    private final Action action;
    private final Leg leg;

    CloseCommand(Action action, Leg leg) {
        this.action = action;
        this.leg = leg;
    }

    /** The action. */
    public Action action() {
        return action;
    }

    /** The leg it applies to. */
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
