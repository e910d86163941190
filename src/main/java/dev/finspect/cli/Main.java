package dev.finspect.cli;

/** The program's entry. */
public final class Main {
    private Main() {}

    /** Runs the command named by the arguments, and ends the process with its exit code. */
    public static void main(String[] args) {
        HeadStart.take(args);
        int code = Cli.execute(Surroundings.ofProcess(), args);
        // A code other than 0 must be said; 0 as well, so that no thread of a library keeps a finished command alive.
        System.exit(code);
    }
}
