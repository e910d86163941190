package dev.finspect.session.join;

import dev.finspect.session.EndedSession;
import dev.finspect.session.SessionCaptures;
import dev.finspect.session.SessionIdentity;
import dev.finspect.wire.SynSegment;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is reported to the join: by an event loop about a session, or by a reload. */
sealed interface Report {
    /** About a session. */
    sealed interface OfSession extends Report {
        /** Which session it is about. */
        SessionIdentity identity();
    }

    /** Other routes are captured. */
    record Watched(List<CapturedRoute> routes) implements Report {}

    /** It begins; its captures are added to {@code captures}. */
    record Opened(SessionIdentity identity, SessionCaptures captures) implements OfSession {}

    /** Its client leg exists; the saved SYN has the client's initial sequence number. */
    record Accepted(SessionIdentity identity, @Nullable SynSegment savedSyn) implements OfSession {}

    /** Its upstream leg exists; its first SYN went out between these two moments. */
    record Connected(
            SessionIdentity identity,
            InetSocketAddress local,
            InetSocketAddress peer,
            long begunAtEpochNanos,
            long connectedAtEpochNanos)
            implements OfSession {}

    /**
     * An attempt to reach an upstream failed.
     *
     * @param address what was tried; null where the name could not be resolved
     * @param local null where it is not known; then only the time identifies the attempt
     * @param beganEpochNanos wall clock, nanoseconds since the Unix epoch; the next likewise
     * @param endedAtNanos when it failed, by the monotonic clock
     */
    record Attempted(
            SessionIdentity identity,
            @Nullable InetSocketAddress address,
            @Nullable InetSocketAddress local,
            long beganEpochNanos,
            long endedEpochNanos,
            long endedAtNanos)
            implements OfSession {}

    /** It is over, and waits for its last segments. */
    record Ended(EndedSession session) implements OfSession {
        @Override
        public SessionIdentity identity() {
            return session.identity();
        }
    }

    /** It is over, and its end was reported already. */
    record Passed(EndedSession session) implements OfSession {
        @Override
        public SessionIdentity identity() {
            return session.identity();
        }
    }
}
