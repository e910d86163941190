package dev.finspect.lifecycle;

import java.time.Duration;

/**
 * After which silence facts are handed out, so that later segments of the same ports begin new ones, linked by {@link
 * Continuation}. Measured in capture time. {@link Duration#ZERO} turns a limit off.
 *
 * @param unanswered from a SYN that nothing answers (Zeek's {@code tcp_attempt_delay})
 * @param idle from the last segment (Zeek's {@code tcp_inactivity_timeout})
 * @param interactiveIdle the same for connections whose handshake was seen to ports 21, 22, 23 and 513, at which people
 *     sit and think (Zeek's {@code port_inactivity_timeouts})
 * @param afterClose from the moment at which a connection was closed at both ends or reset (Zeek's {@code tcp_close_delay})
 */
public record TimeLimits(Duration unanswered, Duration idle, Duration interactiveIdle, Duration afterClose) {
    /** Zeek's defaults: 5 s, 5 minutes, 1 hour, 5 s. */
    public static final TimeLimits ZEEK =
            new TimeLimits(Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofSeconds(5));

    /** Nothing ends by time. */
    public static final TimeLimits OFF = new TimeLimits(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);
}
