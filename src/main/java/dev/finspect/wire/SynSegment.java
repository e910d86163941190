package dev.finspect.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A received SYN: the IP header's time to live, and the TCP header with the options that concern the handshake.
 *
 * @param sequenceNumber the initial sequence number, 0 to 2^32 - 1
 * @param windowBytes the window field, unscaled
 * @param ttl IPv4 time to live or IPv6 hop limit
 * @param mssBytes null where the option was absent
 * @param windowScale the shift as it was sent, even above RFC 7323's limit of 14; null where the option was absent
 * @param sackPermitted whether the option was there
 * @param timestampValue TSval, null where the option was absent
 */
public record SynSegment(
        long sequenceNumber,
        int windowBytes,
        int ttl,
        @Nullable Integer mssBytes,
        @Nullable Integer windowScale,
        boolean sackPermitted,
        @Nullable Long timestampValue) {

    /**
     * Decodes an IPv4 or IPv6 packet at the buffer's position, as {@code TCP_SAVED_SYN} (tcp(7)) returns it; ignores what
     * follows the TCP header. Does not change the buffer, and reads nothing beyond its limit. Never throws.
     *
     * @return null if the bytes are not a complete TCP header with SYN and without ACK: anything else, a fragment other than
     *     the first, or incomplete headers
     */
    public static @Nullable SynSegment decode(ByteBuffer ipPacket) {
        return SynDecoder.decode(ipPacket);
    }
}
