package dev.finspect.relay;

import dev.finspect.lifecycle.close.CloseSignal;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.Leg;
import org.jspecify.annotations.Nullable;

/** Ends one session after its first FIN where its route's {@link ClosePolicy} says so. Confined to the loop. */
final class PolicyEnd {
    private final Route route;
    private final CloseCoordinator close;
    private final CloseCoordinator.Owner session;
    private final SessionDeadline deadline;
    /** Null while none will end this session. */
    private @Nullable ClosePolicy policy;

    private long dueAtNanos;

    PolicyEnd(Route route, CloseCoordinator close, CloseCoordinator.Owner session, SessionDeadline deadline) {
        this.route = route;
        this.close = close;
        this.session = session;
        this.deadline = deadline;
    }

    /** Whether the policy will end the session, or has. */
    boolean isPending() {
        return policy != null;
    }

    /** When it will, where it {@link #isPending()}. */
    long dueAtNanos() {
        return dueAtNanos;
    }

    /** The first FIN, of this leg's peer, is passed on: begins what the policy says. */
    void firstFinRelayed(Leg closedBy) {
        ClosePolicy chosen = route.closePolicy();
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
                due(now + route.settings().timeouts().resetDelivery().toNanos());
                close.await(closedBy.other());
            }
        }
    }

    private void due(long atNanos) {
        dueAtNanos = atNanos;
        deadline.arm(atNanos);
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
        if (close.firstFinRelayed() && !close.ending()) {
            session.record(
                    new SessionEvent.ProxyEnded(System.nanoTime(), chosen.kind().reason()));
            close.signal(
                    chosen.kind() == ClosePolicy.Kind.RESET ? CloseSignal.POLICY_RESETS : CloseSignal.POLICY_CLOSES);
        }
    }
}
