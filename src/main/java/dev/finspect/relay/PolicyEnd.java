package dev.finspect.relay;

import dev.finspect.lifecycle.close.CloseSignal;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.Leg;
import org.jspecify.annotations.Nullable;

/** The end that a route's {@link ClosePolicy} brings to one session after its first FIN, where it is to bring one. Confined to the loop. */
final class PolicyEnd {
    private final RelaySession session;
    /** Null while none will end this session. */
    private @Nullable ClosePolicy policy;

    private long dueAtNanos;

    PolicyEnd(RelaySession session) {
        this.session = session;
    }

    /** Whether the policy will end the session, or has. */
    boolean isPending() {
        return policy != null;
    }

    /** When it will, where it {@link #isPending()}. */
    long dueAtNanos() {
        return dueAtNanos;
    }

    /** The first FIN, of this leg's peer, is passed on: what the policy wants done after it. */
    void firstFinRelayed(Leg closedBy) {
        ClosePolicy chosen = session.route().closePolicy();
        if (chosen.propagates()) {
            return;
        }
        policy = chosen;
        long now = System.nanoTime();
        switch (chosen.kind()) {
            case PROPAGATE -> throw new AssertionError("handled above");
            case FULL_CLOSE -> end(chosen);
            case LINGER -> due(now + chosen.linger().toNanos());
            case RESET -> {
                due(now + session.route().settings().timeouts().resetDelivery().toNanos());
                session.close().await(closedBy.other());
            }
        }
    }

    private void due(long atNanos) {
        dueAtNanos = atNanos;
        session.loop().deadlines().arm(session, atNanos);
    }

    /** Everything that a peer was sent is acknowledged: an RST destroys nothing any more. */
    void acknowledged() {
        ClosePolicy chosen = policy;
        if (chosen != null && chosen.kind() == ClosePolicy.Kind.RESET) {
            end(chosen);
        }
    }

    /** Ends the session if its time has come; whether it had. */
    boolean expired(long nowNanos) {
        ClosePolicy chosen = policy;
        if (chosen == null || nowNanos - dueAtNanos < 0) {
            return false;
        }
        end(chosen);
        return true;
    }

    private void end(ClosePolicy chosen) {
        SessionClose close = session.close();
        if (close.firstFinRelayed() && !close.ending()) {
            session.tell(
                    new SessionEvent.ProxyEnded(System.nanoTime(), chosen.kind().reason()));
            close.signal(
                    chosen.kind() == ClosePolicy.Kind.RESET ? CloseSignal.POLICY_RESETS : CloseSignal.POLICY_CLOSES);
        }
    }
}
