package dev.finspect.relay;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long finspect waits before it ends a session by itself; null is for ever.
 *
 * @param connect for each upstream address
 * @param idle no byte either way
 * @param halfClose after the first FIN
 * @param firstByte from the upstream, after the connection was established
 * @param resetDelivery after a peer's RST, for what it had sent to be acknowledged by the other side
 */
public record Timeouts(
        Duration connect,
        @Nullable Duration idle,
        @Nullable Duration halfClose,
        @Nullable Duration firstByte,
        Duration resetDelivery) {
    /** Ten seconds for a connect, one for what precedes an RST, all else off. */
    public static final Timeouts DEFAULT =
            new Timeouts(Duration.ofSeconds(10), null, null, null, Duration.ofSeconds(1));
}
