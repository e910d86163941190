package dev.finspect.cli.process;

/** Ends a command with an exit code and a message on standard error. */
public final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;
    private final ExitCode exit;

    /** Fails with a message that says what is wrong and what to do, in whole sentences. */
    public CommandFailure(ExitCode exit, String message) {
        super(message, null, false, false);
        this.exit = exit;
    }

    /** The exit code. */
    public ExitCode exit() {
        return exit;
    }
}
