package dev.finspect.record;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A header of the PROXY protocol, by which one proxy reports the client of a connection to the next.
 *
 * @param version 1 or 2
 * @param bytes its length, which no count of a leg's bytes holds
 * @param source the client; null where the header names none (LOCAL, UNKNOWN, no TCP)
 * @param destination where the client was bound for; null likewise
 * @param authority the host name that the client asked for in TLS; null without
 * @param uniqueId the sender's id of the connection: as text where it is printable ASCII, else in hexadecimal; null without
 * @param tlsVersion the version of TLS that the client spoke with the sender; null without
 */
public record ProxyHeader(
        int version,
        int bytes,
        @Nullable InetSocketAddress source,
        @Nullable InetSocketAddress destination,
        @Nullable String authority,
        @Nullable String uniqueId,
        @Nullable String tlsVersion) {

    /**
     * Those of a session.
     *
     * @param received what the client's connection began with; null without one
     * @param sent what the upstream's connection began with; null without one
     */
    public record Both(
            @Nullable ProxyHeader received, @Nullable ProxyHeader sent) {
        /** A session without any. */
        public static final Both NONE = new Both(null, null);

        /** The same with what the client's connection began with. */
        public Both received(ProxyHeader header) {
            return new Both(header, sent);
        }

        /** The same with what the upstream's connection began with. */
        public Both sent(ProxyHeader header) {
            return new Both(received, header);
        }
    }
}
