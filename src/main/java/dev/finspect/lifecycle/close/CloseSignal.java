package dev.finspect.lifecycle.close;

import dev.finspect.tcp.Leg;

/** An event that affects how a session ends: detected by the relay, input of {@link CloseTable}. */
public enum CloseSignal {
    /** The upstream's connection is established. */
    CONNECTED,
    /** No upstream could be reached. */
    CONNECT_FAILED,
    /** The client's FIN was read: no bytes follow. */
    CLIENT_FIN_READ,
    /** The upstream's FIN was read: no bytes follow. */
    UPSTREAM_FIN_READ,
    /** The client's connection was reset or failed otherwise. */
    CLIENT_RESET_SEEN,
    /** The upstream's connection was reset or failed otherwise. */
    UPSTREAM_RESET_SEEN,
    /** The client's input has ended, and all of it is in the upstream's kernel queue. */
    CLIENT_DELIVERED,
    /** The upstream's input has ended, and all of it is in the client's kernel queue. */
    UPSTREAM_DELIVERED,
    /** The client acknowledged everything that was sent to it, including finspect's FIN. */
    CLIENT_ACKNOWLEDGED,
    /** The upstream acknowledged everything that was sent to it, including finspect's FIN. */
    UPSTREAM_ACKNOWLEDGED,
    /** The close policy requires closing both legs now. */
    POLICY_CLOSES,
    /** The close policy requires resetting both legs now. */
    POLICY_RESETS,
    /** An operator has both peers sent a FIN. */
    OPERATOR_CLOSES,
    /** The current deadline has passed. */
    DEADLINE,
    /** finspect ends the session itself: one of its time-outs, or shutdown. */
    ABORT;

    /** The signal that the FIN of this leg's peer was read. */
    public static CloseSignal finRead(Leg leg) {
        return leg == Leg.CLIENT ? CLIENT_FIN_READ : UPSTREAM_FIN_READ;
    }

    /** The signal that this leg was reset. */
    public static CloseSignal resetSeen(Leg leg) {
        return leg == Leg.CLIENT ? CLIENT_RESET_SEEN : UPSTREAM_RESET_SEEN;
    }

    /** The signal that all input of this leg is in the other leg's kernel queue. */
    public static CloseSignal delivered(Leg leg) {
        return leg == Leg.CLIENT ? CLIENT_DELIVERED : UPSTREAM_DELIVERED;
    }

    /** The signal that this leg's kernel queue is empty. */
    public static CloseSignal acknowledged(Leg leg) {
        return leg == Leg.CLIENT ? CLIENT_ACKNOWLEDGED : UPSTREAM_ACKNOWLEDGED;
    }
}
