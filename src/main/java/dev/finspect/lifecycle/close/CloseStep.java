package dev.finspect.lifecycle.close;

import java.util.List;

/** What {@link CloseTable} answers to a signal. */
public sealed interface CloseStep {
    /** The signal moved the session on: its next state, and what must be done, in this order. */
    record Moved(CloseState next, List<CloseCommand> commands) implements CloseStep {}

    /** The signal means nothing in this state; the state stays, nothing is done. */
    record Refused() implements CloseStep {}
}
