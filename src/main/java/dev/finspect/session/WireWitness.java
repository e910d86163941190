package dev.finspect.session;

import dev.finspect.record.LegWire;
import dev.finspect.tcp.TcpState;
import org.jspecify.annotations.Nullable;

/**
 * Tells what was captured of one leg, whenever a record of its session is made: on the session's event loop while it lives,
 * and after its end on any thread, since the history keeps trackers and makes records when somebody asks.
 */
@FunctionalInterface
public interface WireWitness {
    /** What is known by now; null while no segment has come. Must neither block nor throw. */
    @Nullable
    LegWire testimony();

    /** The state that the leg's peer is in by now, without all the rest; null where nobody can tell. Any thread. */
    default @Nullable TcpState peerState() {
        return null;
    }
}
