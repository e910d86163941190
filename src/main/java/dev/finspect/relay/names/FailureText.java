package dev.finspect.relay.names;

import java.util.concurrent.CompletionException;

/** The text of a failed look-up, for the record. */
final class FailureText {
    private FailureText() {}

    /** The message of a failure; the simple name of its class where it has none. */
    static String of(Throwable failure) {
        Throwable cause = cause(failure);
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }

    /** The failure itself, without what a future wrapped around it. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
