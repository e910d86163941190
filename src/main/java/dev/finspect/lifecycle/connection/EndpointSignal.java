package dev.finspect.lifecycle.connection;

/** What an endpoint sent or received, as an observer detects it. */
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
    /** It sent an RST that its receiver accepts. */
    SENT_RST,
    /** It received a SYN without ACK. */
    GOT_SYN,
    /** It received a SYN-ACK that acknowledges its SYN. */
    GOT_SYN_ACK,
    /** It received a segment without SYN that acknowledges its SYN. */
    GOT_ACK_OF_SYN,
    /** It received the other endpoint's FIN and all bytes before it. */
    GOT_FIN,
    /** It received an acknowledgment of its FIN. */
    GOT_ACK_OF_FIN,
    /** It received an RST that it accepts. */
    GOT_RST
}
