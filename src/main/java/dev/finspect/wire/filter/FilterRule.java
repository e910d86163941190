package dev.finspect.wire.filter;

import dev.finspect.tcp.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint whose connections are captured: a listener or an upstream. Segments from it and to it match.
 *
 * @param address null matches every address of both families: for a wildcard listener, or for an upstream given by name
 * @param port 1 to 65535
 */
public record FilterRule(@Nullable IpAddress address, int port, FilterMode mode) {
    private static final int MAX_PORT = 0xffff;

    /** Rejects an invalid port. */
    public FilterRule {
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and " + MAX_PORT);
        }
    }
}
