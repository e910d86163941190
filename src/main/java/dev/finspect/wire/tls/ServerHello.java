package dev.finspect.wire.tls;

import org.jspecify.annotations.Nullable;

/**
 * What a ServerHello chooses (RFC 8446 section 4.1.3).
 *
 * @param version null for an unknown one
 * @param protocol the application protocol (ALPN); null without one, and in TLS 1.3, which encrypts it
 * @param retry whether it is a HelloRetryRequest: the client is asked for a second ClientHello
 */
public record ServerHello(
        @Nullable TlsVersion version, @Nullable String protocol, boolean retry) {}
