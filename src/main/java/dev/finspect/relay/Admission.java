package dev.finspect.relay;

/** What an engine does next with a client that it accepted. */
public enum Admission {
    /** Nothing: the client is reset. */
    REFUSED,
    /** Read its PROXY header; {@link RelaySession#headerRead} or {@link RelaySession#headerRefused} follows. */
    HEADER_FIRST,
    /** Wait for the session's commands. */
    STARTED
}
