package dev.finspect.wire.filter;

import dev.finspect.tcp.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * One end whose connections are to be captured: a listener, or an upstream. Segments from it and segments to it match.
 *
 * @param address null matches every address of both families: for a wildcard listener, and for an upstream given by name
 * @param port 1 to 65535
 */
public record FilterRule(@Nullable IpAddress address, int port, CaptureMode mode) {
    private static final int MAX_PORT = 0xffff;

    /** Refuses a port that no segment can have. */
    public FilterRule {
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and " + MAX_PORT);
        }
    }
}
