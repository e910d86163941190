package dev.finspect.relay;

import dev.finspect.record.ProxyReason;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What finspect does after it has passed on the first FIN of a session: nothing, as it should, or what another proxy would
 * do, to see the hang or the loss that comes of it.
 *
 * @param linger for {@link Kind#LINGER}: how long the other direction may still flow; zero for the others
 */
public record ClosePolicy(Kind kind, Duration linger) {
    /** Each direction ends by itself. */
    public static final ClosePolicy PROPAGATE = new ClosePolicy(Kind.PROPAGATE, Duration.ZERO);
    /** Both legs are closed at once. */
    public static final ClosePolicy FULL_CLOSE = new ClosePolicy(Kind.FULL_CLOSE, Duration.ZERO);
    /** Both legs are reset. */
    public static final ClosePolicy RESET = new ClosePolicy(Kind.RESET, Duration.ZERO);

    /** The kinds of policy. */
    public enum Kind {
        /** Each direction ends by itself (RFC 9293 section 3.6). */
        PROPAGATE("propagate", null),
        /** Both legs are closed as soon as the first FIN is passed on, as a proxy without half-close does. */
        FULL_CLOSE("full_close", ProxyReason.CLOSE_POLICY_FULL_CLOSE),
        /** Both legs are closed some time after the first FIN. */
        LINGER("linger", ProxyReason.CLOSE_POLICY_LINGER),
        /** Both legs are reset as soon as what came before the first FIN is acknowledged. */
        RESET("reset", ProxyReason.CLOSE_POLICY_RESET);

        private final String label;
        private final @Nullable ProxyReason reason;

        Kind(String label, @Nullable ProxyReason reason) {
            this.label = label;
            this.reason = reason;
        }

        /** The word for configuration and records. */
        public String label() {
            return label;
        }

        /** Why finspect ends a session under it; there is none under {@link #PROPAGATE}, which ends nothing. */
        ProxyReason reason() {
            return Objects.requireNonNull(reason);
        }
    }

    /** Both legs are closed {@code linger} after the first FIN. */
    public static ClosePolicy linger(Duration linger) {
        return new ClosePolicy(Kind.LINGER, linger);
    }

    /** Whether it is the faithful one. */
    public boolean propagates() {
        return kind == Kind.PROPAGATE;
    }
}
