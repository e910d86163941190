package dev.finspect.cli.process;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells whether a stream of this process is a terminal. */
final class Terminal {
    private Terminal() {}

    /**
     * Linux: where {@code /proc/self/fd} says the descriptor leads. Elsewhere the JVM's console, which stands for standard
     * input and output together; since JDK 22 it exists without a terminal as well and must be asked.
     *
     * @param descriptor 1 for standard output, 2 for standard error
     */
    static boolean is(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return consoleIsTerminal();
        }
    }

    @SuppressWarnings("SystemConsoleNull") // null on JDK 17 to 21, asked on 22 and newer
    private static boolean consoleIsTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
