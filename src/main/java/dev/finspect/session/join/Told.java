package dev.finspect.session.join;

import dev.finspect.session.SessionTracker;
import dev.finspect.wire.SynSegment;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What an event loop tells the join of a session. */
sealed interface Told {
    SessionTracker session();

    /** Its client leg exists; the saved SYN has the client's initial sequence number. */
    record Accepted(SessionTracker session, @Nullable SynSegment savedSyn) implements Told {}

    /** Its upstream leg exists; its first SYN went out between these two moments. */
    record Connected(
            SessionTracker session,
            InetSocketAddress local,
            InetSocketAddress peer,
            long begunAtEpochNanos,
            long connectedAtEpochNanos)
            implements Told {}

    /**
     * An attempt to reach an upstream failed.
     *
     * @param attempt its place among the session's attempts, from 0
     * @param local null where nobody can tell; the time is all there is then
     * @param beganEpochNanos wall clock, nanoseconds since the Unix epoch; the next likewise
     * @param endedAtNanos when it failed, by the monotonic clock
     */
    record Attempted(
            SessionTracker session,
            int attempt,
            @Nullable InetSocketAddress local,
            InetSocketAddress peer,
            long beganEpochNanos,
            long endedEpochNanos,
            long endedAtNanos)
            implements Told {}

    /** It is over, and waits for its last segments. */
    record Ended(SessionTracker session) implements Told {}

    /** It is over, and its end was told already. */
    record Passed(SessionTracker session) implements Told {}
}
