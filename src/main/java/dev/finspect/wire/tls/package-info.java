/** The part of a TLS handshake that passes in clear: records, hellos, alerts (RFC 8446, RFC 5246). */
@NullMarked
package dev.finspect.wire.tls;

import org.jspecify.annotations.NullMarked;
