package dev.finspect.session;

import dev.finspect.record.LegWire;
import dev.finspect.tcp.TcpState;
import org.jspecify.annotations.Nullable;

/**
 * The source of what was captured of one leg. Read whenever a record of its session is made: on the session's event loop while
 * it lives, and after its end on any thread, since the history keeps sessions and makes records on request.
 */
@FunctionalInterface
public interface LegCapture {
    /** What was captured so far; null while no segment has come. Must neither block nor throw. */
    @Nullable
    LegWire wire();

    /** The state that the leg's peer is in by now, without all the rest; null where it is not known. Any thread. */
    default @Nullable TcpState peerState() {
        return null;
    }
}
