package dev.finspect.admin;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The admin server could not be opened; the message says what to do. */
public final class AdminBindException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What stood against it. */
    public enum Reason {
        /** The address can be reached from other machines. */
        NOT_LOOPBACK,
        /** The address and port are in use, not ours, or not permitted. */
        CANNOT_BIND
    }

    private final Reason reason;

    AdminBindException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What stood against it. */
    public Reason reason() {
        return reason;
    }
}
