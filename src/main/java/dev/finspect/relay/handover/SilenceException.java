package dev.finspect.relay.handover;

import java.io.IOException;

/** The other process of a take-over has not ended, and has not answered in time. */
final class SilenceException extends IOException {
    private static final long serialVersionUID = 1L;

    SilenceException(String message) {
        super(message);
    }
}
