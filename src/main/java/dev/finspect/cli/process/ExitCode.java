package dev.finspect.cli.process;

/** How the program ends. */
public enum ExitCode {
    OK(0),
    /** Something failed while it ran. */
    RUNTIME(1),
    /** The command line cannot be understood. */
    USAGE(2),
    /** The configuration is wrong, or does not fit this machine. */
    CONFIGURATION(3),
    /** An address could not be listened on. */
    BIND(4),
    /** What was asked for by --fail-on was found. */
    FOUND(5);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /** The process's exit code. */
    public int code() {
        return code;
    }
}
