package dev.finspect.relay;

/** Whether a route looks at the cleartext of TLS handshakes. */
public enum TlsChoice {
    /** No byte is looked at. */
    OFF,
    /** The beginning of each direction is looked at, and nothing is kept but the facts of the record. */
    OBSERVE
}
