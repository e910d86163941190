package dev.finspect.cli.process;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Detects whether a standard stream of this process is a terminal. */
final class Terminal {
    private Terminal() {}

    /**
     * On Linux, looks at the target of the link in {@code /proc/self/fd}. Elsewhere uses the JVM's console, which covers
     * standard input and output together; since JDK 22 it can exist without a terminal and has a method to check.
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

    @SuppressWarnings("SystemConsoleNull") // null on JDK 17 to 21; checked on 22 and newer
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
