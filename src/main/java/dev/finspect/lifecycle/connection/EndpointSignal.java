package dev.finspect.lifecycle.connection;

/** What an observer sees an endpoint do, or what it sees reach the endpoint. */
enum EndpointSignal {
    /** It sent a SYN without ACK. */
    SENT_SYN,
    /** It sent a SYN-ACK. */
    SENT_SYN_ACK,
    /** It sent a segment without SYN, FIN and RST, and without bytes of the stream. */
    SENT_ACK,
    /** It sent bytes of the stream, not in its SYN. */
    SENT_DATA,
    /** It sent its FIN. */
    SENT_FIN,
    /** It sent an RST that counts. */
    SENT_RST,
    /** A SYN without ACK reached it. */
    GOT_SYN,
    /** A SYN-ACK that acknowledges its SYN reached it. */
    GOT_SYN_ACK,
    /** A segment without SYN that acknowledges its SYN reached it. */
    GOT_ACK_OF_SYN,
    /** The other's FIN and all bytes before it reached it. */
    GOT_FIN,
    /** An acknowledgment of its FIN reached it. */
    GOT_ACK_OF_FIN,
    /** An RST that counts reached it. */
    GOT_RST
}
