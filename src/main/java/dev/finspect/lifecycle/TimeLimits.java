package dev.finspect.lifecycle;

import java.time.Duration;

/**
 * After how much silence a connection counts as ended, in capture time. Later segments between the same ports start a new
 * connection that refers to the earlier one. {@link Duration#ZERO} disables a limit.
 *
 * @param unanswered from a SYN without an answer (Zeek's {@code tcp_attempt_delay})
 * @param idle from the last segment (Zeek's {@code tcp_inactivity_timeout})
 * @param interactiveIdle the same for interactive use: the handshake was captured, and the port is 21, 22, 23 or 513
 *     (Zeek's {@code port_inactivity_timeouts})
 * @param afterClose from when both ends closed or an RST was accepted (Zeek's {@code tcp_close_delay})
 */
public record TimeLimits(Duration unanswered, Duration idle, Duration interactiveIdle, Duration afterClose) {
    /** Zeek's defaults: 5 s, 5 minutes, 1 hour, 5 s. */
    public static final TimeLimits ZEEK =
            new TimeLimits(Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofSeconds(5));

    /** No limits. */
    public static final TimeLimits OFF = new TimeLimits(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);
}
