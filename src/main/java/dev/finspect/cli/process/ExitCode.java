package dev.finspect.cli.process;

/** The exit codes of the program. */
public enum ExitCode {
    OK(0),
    /** Failed while running. */
    RUNTIME(1),
    /** The command line is wrong. */
    USAGE(2),
    /** The configuration is wrong or does not fit this machine. */
    CONFIGURATION(3),
    /** finspect cannot listen on an address. */
    BIND(4),
    /** A finding named by --fail-on was found. */
    FOUND(5);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /** The number that the process exits with. */
    public int code() {
        return code;
    }
}
