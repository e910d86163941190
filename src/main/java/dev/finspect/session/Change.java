package dev.finspect.session;

import org.jspecify.annotations.Nullable;

/** What has happened to a living session, for those who follow it. In the order in which it usually happens. */
public enum Change {
    /** Its client was accepted. */
    OPENED("opened", Urgency.SOON),
    /** An attempt to reach an upstream ended without a connection. */
    ATTEMPT_FAILED("attempt_failed", Urgency.SOON),
    /** An upstream was reached. */
    CONNECTED("connected", Urgency.SOON),
    /** The first byte came from the client, or from the upstream. */
    FIRST_BYTES("first_bytes", Urgency.SOON),
    /** Reading from a peer stopped because the other takes no more. */
    PAUSED("paused", Urgency.LATER),
    /** It went on. */
    RESUMED("resumed", Urgency.LATER),
    /** Bytes have passed, and nothing else. */
    MOVED("moved", Urgency.LATER),
    /** One peer has sent its FIN. */
    HALF_CLOSED("half_closed", Urgency.SOON),
    /** Both have, or one has reset its connection. */
    CLOSING("closing", Urgency.SOON),
    /** The rules found that something hangs, or found more. */
    HUNG("hung", Urgency.FIRST),
    /** A finding has cleared. */
    RECOVERED("recovered", Urgency.FIRST),
    /** Both legs are over. */
    CLOSED("closed", Urgency.FIRST);

    /** In which order changed sessions are sent where there are many. */
    public enum Urgency {
        FIRST,
        SOON,
        /** Only so many at a time. */
        LATER
    }

    private final String label;
    private final Urgency urgency;

    Change(String label, Urgency urgency) {
        this.label = label;
        this.urgency = urgency;
    }

    /** What this event of a finding is to those who follow the session; null for an event of another kind. */
    public static @Nullable Change ofFinding(SessionEvent event) {
        if (event instanceof SessionEvent.FindingRaised) {
            return HUNG;
        } else if (event instanceof SessionEvent.WorstFindingChanged worst) {
            return worst.now() == null ? RECOVERED : HUNG;
        }
        return event instanceof SessionEvent.FindingCleared ? RECOVERED : null;
    }

    /** The word for the stream. */
    public String label() {
        return label;
    }

    /** When it is sent. */
    public Urgency urgency() {
        return urgency;
    }
}
