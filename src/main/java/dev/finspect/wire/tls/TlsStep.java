package dev.finspect.wire.tls;

/** What a peer's bytes show of a TLS handshake, in the order in which it passes. */
public sealed interface TlsStep {
    /** The session's bytes are looked at from now on. */
    record ObservationBegun() implements TlsStep {}

    /** The peer's first bytes have come. */
    record FirstBytesSeen(FirstBytes what) implements TlsStep {}

    /**
     * The beginning of a hello has come, and not all of it.
     *
     * @param expectedBytes from the peer's first byte to the hello's last, as far as its headers say; 0 where they have not come
     */
    record HelloBegun(long expectedBytes) implements TlsStep {}

    /**
     * A ClientHello has come: the first, or the one after a HelloRetryRequest.
     *
     * @param bytes from its first byte to its last, headers of records included
     * @param reads in how many reads they came
     */
    record ClientHelloSeen(ClientHello hello, long bytes, int reads) implements TlsStep {}

    /** A ServerHello has come, with its size and reads likewise. */
    record ServerHelloSeen(ServerHello hello, long bytes, int reads) implements TlsStep {}

    /** The server has sent the last message of its first flight (ServerHelloDone), which up to TLS 1.2 is in clear. */
    record FlightDone() implements TlsStep {}

    /** What the peer sends from now on is encrypted. */
    record EncryptionBegun() implements TlsStep {}

    /** An alert in clear has come. */
    record AlertSeen(TlsAlert alert) implements TlsStep {}

    /** What has come cannot be understood, or is longer than is looked at. */
    record NotUnderstood() implements TlsStep {}

    /** The peer will send no more. {@code last} is what its last bytes were. */
    record LastBytesSeen(LastRecord last) implements TlsStep {}
}
