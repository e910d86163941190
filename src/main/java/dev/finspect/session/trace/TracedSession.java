package dev.finspect.session.trace;

import dev.finspect.session.EndedSession;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionTrace;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.Leg;
import org.jspecify.annotations.Nullable;

/** One session that is traced. */
final class TracedSession {
    final SessionIdentity identity;
    final SessionTrace trace;

    // Confined to the session's event loop.

    /** From the client to what it dialled, as its own socket has it. */
    private final FourTuple client;
    /** From finspect's accepted socket to the client. */
    private final FourTuple accepted;

    private @Nullable FourTuple upstream;
    private long upstreamBeganNanos;
    /** Attempts that have ended, the successful one included. */
    private int attempts;
    /** Whether something was asked whose answer its end waits for. */
    boolean asked;

    // Confined to the trace's thread.

    /** Questions without an answer so far for which its end waits. */
    int open;
    /** Its end, while it waits; null before. */
    @Nullable
    EndedSession end;

    /** Whether its end came: what nobody waits for need not be looked for any more. */
    volatile boolean over;

    TracedSession(SessionIdentity identity, SessionTrace trace) {
        this.identity = identity;
        this.trace = trace;
        client = FourTuple.of(identity.client(), identity.dialled());
        accepted = FourTuple.of(identity.accepted(), identity.client());
    }

    /** The upstream is reached, on a connection that began at this moment. */
    void connected(FourTuple fromUpstream, long beganNanos) {
        upstream = fromUpstream;
        upstreamBeganNanos = beganNanos;
        attempts++;
    }

    /** The place of an attempt that has ended. */
    int attemptEnded() {
        return attempts++;
    }

    /** From the leg's peer to finspect; null for an upstream that was never reached. */
    @Nullable
    FourTuple fromPeer(Leg leg) {
        return leg == Leg.CLIENT ? client : upstream;
    }

    /** From finspect to the leg's peer, likewise. */
    @Nullable
    FourTuple toPeer(Leg leg) {
        FourTuple there = upstream;
        return leg == Leg.CLIENT ? accepted : there == null ? null : there.reversed();
    }

    /** Since when the leg's connection exists. */
    long beganNanos(Leg leg) {
        return leg == Leg.CLIENT ? identity.startNanos() : upstreamBeganNanos;
    }
}
