package dev.finspect.lifecycle.connection;

/** Zeek's states of an endpoint, of which conn_state is made. Coarser than RFC 9293's. */
enum ZeekState {
    INACTIVE,
    SYN_SENT,
    /** It began with a SYN-ACK. */
    SYN_ACK_SENT,
    /** It was first seen without a SYN. */
    PARTIAL,
    ESTABLISHED,
    /** It sent a FIN. */
    CLOSED,
    RESET;

    /** Whether it did nothing that counts. */
    boolean silent() {
        return this == INACTIVE || this == PARTIAL;
    }
}
