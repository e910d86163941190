package dev.finspect.cli;

import dev.finspect.cli.process.ProcessContext;
import dev.finspect.cli.run.ClassPreloader;

/** The program's entry point. */
public final class Main {
    private Main() {}

    /** Runs the command in the arguments and ends the process with its exit code. */
    public static void main(String[] args) {
        ClassPreloader.start(args);
        int code = Cli.execute(ProcessContext.ofProcess(), args);
        // Also for 0, so that no library thread keeps a finished command running.
        System.exit(code);
    }
}
