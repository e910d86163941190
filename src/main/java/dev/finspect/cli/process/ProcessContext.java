package dev.finspect.cli.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The context in which the program was started: standard streams, environment, terminals.
 *
 * @param in standard input
 * @param out standard output, for data
 * @param err standard error, for everything else
 * @param environment the environment variables
 * @param outIsTerminal whether standard output is a terminal
 * @param errIsTerminal whether standard error is a terminal
 */
public record ProcessContext(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        boolean outIsTerminal,
        boolean errIsTerminal) {
    /** The context of this process; text is UTF-8 whatever the locale, as records are. */
    public static ProcessContext ofProcess() {
        return new ProcessContext(
                System.in,
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                System.getenv(),
                Terminal.is(1),
                Terminal.is(2));
    }

    /** Whether the terminal cannot move its cursor: TERM is {@code dumb} or not set. */
    public boolean isDumbTerminal() {
        return environment.getOrDefault("TERM", "dumb").equals("dumb");
    }
}
