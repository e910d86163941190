package dev.finspect.cli;

import dev.finspect.cli.process.ProcessContext;
import dev.finspect.cli.run.ClassPreloader;

/** The program's entry. */
public final class Main {
    private Main() {}

    /** Runs the command named by the arguments, and ends the process with its exit code. */
    public static void main(String[] args) {
        ClassPreloader.take(args);
        int code = Cli.execute(ProcessContext.ofProcess(), args);
        // A code other than 0 must be said; 0 as well, so that no thread of a library keeps a finished command alive.
        System.exit(code);
    }
}
