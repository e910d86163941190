package dev.finspect.admin;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The admin server cannot listen. The message says what to do. */
public final class AdminBindException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Why it cannot listen. */
    public enum Reason {
        /** The address can be reached from other machines. */
        NOT_LOOPBACK,
        /** The address and port are in use, not local, or not permitted. */
        CANNOT_BIND
    }

    private final Reason reason;

    AdminBindException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Why it cannot listen. */
    public Reason reason() {
        return reason;
    }
}
