package dev.finspect.relay;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Options of the sockets of one leg; null leaves the system's default.
 *
 * @param noDelay TCP_NODELAY
 * @param keepAlive idle time before the first keep-alive probe; null sends none
 * @param receiveBufferBytes SO_RCVBUF
 * @param sendBufferBytes SO_SNDBUF
 * @param congestionControl TCP_CONGESTION, for example {@code cubic}
 * @param mark SO_MARK
 */
public record SocketSettings(
        boolean noDelay,
        @Nullable Duration keepAlive,
        @Nullable Integer receiveBufferBytes,
        @Nullable Integer sendBufferBytes,
        @Nullable String congestionControl,
        @Nullable Integer mark) {
    /** TCP_NODELAY on, all else the system's. */
    public static final SocketSettings DEFAULT = new SocketSettings(true, null, null, null, null, null);
}
