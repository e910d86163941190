package dev.finspect.lifecycle.close;

import java.util.List;

/** Result of {@link CloseTable} for a signal. */
public sealed interface CloseStep {
    /** The session enters {@code next}; the relay executes the commands in this order. */
    record Moved(CloseState next, List<CloseCommand> commands) implements CloseStep {}

    /** The signal has no meaning in this state: the state stays, and there is nothing to do. */
    record Refused() implements CloseStep {}
}
