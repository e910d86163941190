package dev.finspect.cli.process;

/** Ends a command with an exit code and what the user is told on standard error. */
public final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;
    private final ExitCode exit;

    /** {@code message} says what is wrong and what to do, in whole sentences. */
    public CommandFailure(ExitCode exit, String message) {
        super(message, null, false, false);
        this.exit = exit;
    }

    /** The exit code. */
    public ExitCode exit() {
        return exit;
    }
}
