package dev.finspect.session.trace;

import dev.finspect.record.LegTrace;
import dev.finspect.session.SessionIdentity;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.trace.TraceEvent.CloseWaitEntered;
import dev.finspect.wire.trace.TraceEvent.ResetSent;

/**
 * What is asked of the trace about one act of a session.
 *
 * @param leg of which
 * @param attempt the place of a failed attempt from 0; negative for a leg
 * @param tuple from the end that acted, or entered CLOSE-WAIT, to the other
 * @param fromNanos when it can have happened at the earliest, monotonic; the next likewise
 * @param untilNanos and at the latest
 */
record TraceQuestion(
        TracedSession session, Kind kind, Leg leg, int attempt, FourTuple tuple, long fromNanos, long untilNanos) {
    /** What is asked for. */
    enum Kind {
        /** The RST that the peer's kernel sent, and finspect has received. */
        PEER_RESET,
        /** The RST that finspect has its kernel send. */
        LOCAL_RESET,
        /** The entry of the peer's socket into CLOSE-WAIT. */
        CLOSE_WAIT
    }

    /** Whether the session's end waits for the answer. */
    boolean holdsEnd() {
        return kind != Kind.CLOSE_WAIT;
    }

    /** Answers it, if the events have the answer. */
    boolean answer(RecentEvents events) {
        SessionIdentity clock = session.identity;
        if (kind == Kind.CLOSE_WAIT) {
            CloseWaitEntered entered = events.closeWait(tuple, fromNanos, untilNanos);
            if (entered == null) {
                return false;
            }
            session.trace.add(leg, known -> known.withCloseWait(clock.epochNanos(entered.atNanos())));
            return true;
        }
        ResetSent sent = events.reset(tuple, fromNanos, untilNanos);
        if (sent == null) {
            return false;
        }
        LegTrace.Reset reset = new LegTrace.Reset(clock.epochNanos(sent.atNanos()), sent.reason());
        if (attempt >= 0) {
            session.trace.ofAttempt(attempt, reset);
        } else {
            session.trace.add(
                    leg, known -> kind == Kind.PEER_RESET ? known.withPeerReset(reset) : known.withLocalReset(reset));
        }
        return true;
    }
}
