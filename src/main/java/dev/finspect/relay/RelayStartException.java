package dev.finspect.relay;

/** Says why the relay could not start, and what to do about it. Nothing is left running. */
public final class RelayStartException extends Exception {
    private static final long serialVersionUID = 1;

    /** The kinds, for exit codes. */
    public enum Kind {
        /** A listener could not be bound. */
        CANNOT_BIND,
        /** The data path that was asked for does not run here. */
        ENGINE_UNAVAILABLE,
        /** A socket option was refused, or a limit is too low. */
        REFUSED_BY_SYSTEM
    }

    private final Kind kind;

    /** With a message for people: what failed, where, and what to do. */
    public RelayStartException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Which kind. */
    public Kind kind() {
        return kind;
    }
}
