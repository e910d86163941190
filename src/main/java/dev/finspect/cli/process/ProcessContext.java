package dev.finspect.cli.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What the program was started into.
 *
 * @param in standard input
 * @param out standard output, for data
 * @param err standard error, for all else
 * @param environment variables
 * @param outIsTerminal whether a person reads standard output
 * @param errIsTerminal whether a person reads standard error
 */
public record ProcessContext(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        boolean outIsTerminal,
        boolean errIsTerminal) {
    /** Those of this process; text is UTF-8 whatever the locale, as the records are. */
    public static ProcessContext ofProcess() {
        return new ProcessContext(
                System.in,
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                System.getenv(),
                Terminal.is(1),
                Terminal.is(2));
    }
}
