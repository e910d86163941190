package dev.finspect.wire.tls;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a ClientHello offers (RFC 8446 section 4.1.2).
 *
 * @param serverName the host name that it asks for (SNI, RFC 6066 section 3), in small letters; null without one
 * @param protocols the application protocols that it offers (ALPN, RFC 7301), in its order, reserved ones left out
 * @param versions the versions that it offers, in its order, unknown and reserved ones left out
 */
public record ClientHello(@Nullable String serverName, List<String> protocols, List<TlsVersion> versions) {}
