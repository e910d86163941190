package dev.finspect.wire;

import org.jspecify.annotations.Nullable;

/**
 * A SYN as it arrived: the IP header's time to live and the TCP header with the options that matter to a handshake.
 *
 * @param sequenceNumber the initial sequence number, 0 to 2^32 - 1
 * @param windowBytes the window field, unscaled
 * @param ttl IPv4 time to live or IPv6 hop limit
 * @param mssBytes null where the option was absent
 * @param windowScale null where the option was absent
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
        @Nullable Long timestampValue) {}
