package dev.finspect.lifecycle.zeek;

/** Zeek's states of an endpoint, from which {@code conn_state} is derived. Coarser than RFC 9293's. */
enum ZeekState {
    INACTIVE,
    SYN_SENT,
    /** Its first segment was a SYN-ACK. */
    SYN_ACK_SENT,
    /** Its first captured segment was no SYN. */
    PARTIAL,
    ESTABLISHED,
    /** It sent a FIN. */
    CLOSED,
    RESET;

    /** Whether it sent nothing that Zeek counts as part of the connection. */
    boolean silent() {
        return this == INACTIVE || this == PARTIAL;
    }
}
