package dev.finspect.cli.process;

import dev.finspect.kernel.TerminalSize;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.IntSupplier;

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
    /** Of a terminal that does not report its size. */
    private static final int DEFAULT_COLUMNS = 80;

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

    /**
     * The columns of the terminal that standard output is, asked anew each time, because a window may be resized: those of
     * COLUMNS if that is set; 0 if it is no terminal.
     */
    public IntSupplier columns() {
        if (!outIsTerminal) {
            return () -> 0;
        }
        String set = environment.getOrDefault("COLUMNS", "");
        if (set.matches("[1-9][0-9]{0,3}")) {
            int columns = Integer.parseInt(set);
            return () -> columns;
        }
        return () -> TerminalSize.columns(1).orElse(DEFAULT_COLUMNS);
    }

    /** Whether the terminal cannot move its cursor: TERM is {@code dumb} or not set. */
    public boolean isDumbTerminal() {
        return environment.getOrDefault("TERM", "dumb").equals("dumb");
    }
}
