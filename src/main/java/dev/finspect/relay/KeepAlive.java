package dev.finspect.relay;

import org.jspecify.annotations.Nullable;

/**
 * How a socket asks an idle peer for a sign of life (tcp(7)).
 *
 * @param on SO_KEEPALIVE
 * @param idleSeconds TCP_KEEPIDLE, before the first probe
 * @param intervalSeconds TCP_KEEPINTVL, between two
 * @param count TCP_KEEPCNT: after so many without an answer the kernel ends the connection
 */
public record KeepAlive(boolean on, int idleSeconds, int intervalSeconds, int count) {
    /**
     * What came of giving a socket another one.
     *
     * @param before what it had; null when it was left as it was
     * @param refused why; null when it has the new one
     */
    public record Swap(@Nullable KeepAlive before, @Nullable String refused) {
        /** It was left as it was. */
        public static Swap refused(String reason) {
            return new Swap(null, reason);
        }
    }
}
