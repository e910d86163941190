package dev.finspect.cli;

/** Ends a command with an exit code and what the user is told on standard error. */
public final class Failure extends Exception {
    private static final long serialVersionUID = 1L;
    private final Exit exit;

    /** {@code message} says what is wrong and what to do, in whole sentences. */
    public Failure(Exit exit, String message) {
        super(message, null, false, false);
        this.exit = exit;
    }

    /** The exit code. */
    public Exit exit() {
        return exit;
    }
}
