package dev.finspect.lifecycle.connection;

import java.time.Duration;

/**
 * After which silence facts are handed out, so that later segments of the same ports begin new ones, linked by {@link
 * Continuation}. Measured in capture time. {@link Duration#ZERO} turns a limit off.
 *
 * @param unanswered from a SYN that nothing answers (Zeek's {@code tcp_attempt_delay})
 * @param idle from the last segment (Zeek's {@code tcp_inactivity_timeout})
 * @param afterClose from the last segment of a connection that is closed at both ends or reset (Zeek's {@code
 *     tcp_close_delay})
 */
public record TimeLimits(Duration unanswered, Duration idle, Duration afterClose) {
    /** Zeek's defaults: 5 s, 5 minutes, 5 s. */
    public static final TimeLimits ZEEK =
            new TimeLimits(Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofSeconds(5));

    /** Nothing ends by time. */
    public static final TimeLimits OFF = new TimeLimits(Duration.ZERO, Duration.ZERO, Duration.ZERO);
}
