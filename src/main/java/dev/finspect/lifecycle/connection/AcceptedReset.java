package dev.finspect.lifecycle.connection;

/**
 * An RST that its receiver accepts, for all that can be seen, with what takes that back: the receiver acknowledges bytes that
 * came only after it. It then had refused the RST, as the one before the exact number is (RFC 5961 section 3.2).
 */
final class AcceptedReset {
    /** What comes sooner was sent before the RST, and has come behind it. */
    private static final long REORDERED_NANOS = 10_000_000;

    private final EndpointTracker sender;
    private final EndpointTracker receiver;
    private final long behind;
    private final long atNanos;
    private final EndpointState senderBefore;
    private final EndpointState receiverBefore;

    /** To be made before the states of both change. */
    AcceptedReset(EndpointTracker sender, EndpointTracker receiver, long atNanos) {
        this.sender = sender;
        this.receiver = receiver;
        this.behind = sender.sent.highest();
        this.atNanos = atNanos;
        this.senderBefore = sender.states.state();
        this.receiverBefore = receiver.states.state();
    }

    /** Who sent the RST. */
    EndpointTracker sender() {
        return sender;
    }

    /** When. */
    long atNanos() {
        return atNanos;
    }

    /** Whether this endpoint is the receiver, and has acknowledged what was sent only after the RST. */
    boolean isRefusedBy(EndpointTracker endpoint) {
        return endpoint == receiver && sender.sent.hasGoneOn(behind, atNanos + REORDERED_NANOS);
    }

    /** Both endpoints are again in the states that they had. */
    void withdraw() {
        withdraw(sender, senderBefore);
        withdraw(receiver, receiverBefore);
    }

    private static void withdraw(EndpointTracker endpoint, EndpointState before) {
        if (endpoint.states.state() != before && before != EndpointState.UNSEEN) {
            endpoint.states.retract();
        }
    }
}
