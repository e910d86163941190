package dev.finspect.cli.train;

import dev.finspect.cli.process.ProcessContext;

/** Runs the program's commands in this process. */
@FunctionalInterface
public interface Commands {
    /** Runs one, and returns its exit code. */
    int run(ProcessContext context, String... arguments);
}
