package dev.finspect.lifecycle.close;

import dev.finspect.tcp.Leg;

/** What can happen to a session that bears on how it ends, in the past tense; seen by the relay, judged by {@link CloseTable}. */
public enum CloseSignal {
    /** The upstream's connection is established. */
    CONNECTED,
    /** Every upstream was tried in vain. */
    CONNECT_FAILED,
    /** The client's FIN was read: no byte follows. */
    CLIENT_FIN_READ,
    /** The upstream's FIN was read: no byte follows. */
    UPSTREAM_FIN_READ,
    /** The client's connection was reset, or failed otherwise. */
    CLIENT_RESET_SEEN,
    /** The upstream's connection was reset, or failed otherwise. */
    UPSTREAM_RESET_SEEN,
    /** The client's input is at its end and every byte of it is in the upstream's kernel queue. */
    CLIENT_DELIVERED,
    /** The upstream's input is at its end and every byte of it is in the client's kernel queue. */
    UPSTREAM_DELIVERED,
    /** The client acknowledged all that was sent to it, finspect's FIN included. */
    CLIENT_ACKNOWLEDGED,
    /** The upstream acknowledged all that was sent to it, finspect's FIN included. */
    UPSTREAM_ACKNOWLEDGED,
    /** The close policy says that both legs are to be closed now. */
    POLICY_CLOSES,
    /** The close policy says that both legs are to be reset now. */
    POLICY_RESETS,
    /** The time that the last armed deadline allowed has passed. */
    DEADLINE,
    /** finspect gives the session up by itself: a time-out of its own, or shutdown. */
    ABORT;

    /** That the FIN of this leg's peer was read. */
    public static CloseSignal finRead(Leg leg) {
        return leg == Leg.CLIENT ? CLIENT_FIN_READ : UPSTREAM_FIN_READ;
    }

    /** That this leg was reset. */
    public static CloseSignal resetSeen(Leg leg) {
        return leg == Leg.CLIENT ? CLIENT_RESET_SEEN : UPSTREAM_RESET_SEEN;
    }

    /** That all input of this leg is in the other leg's kernel queue. */
    public static CloseSignal delivered(Leg leg) {
        return leg == Leg.CLIENT ? CLIENT_DELIVERED : UPSTREAM_DELIVERED;
    }

    /** That this leg's kernel queue is empty. */
    public static CloseSignal acknowledged(Leg leg) {
        return leg == Leg.CLIENT ? CLIENT_ACKNOWLEDGED : UPSTREAM_ACKNOWLEDGED;
    }
}
