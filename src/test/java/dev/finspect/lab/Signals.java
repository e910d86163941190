package dev.finspect.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Signals for processes of a test, by their name without SIG. A shell that starts this build in the background has its
 * children ignore SIGINT, and nohup SIGHUP; the JVM honours both.
 */
public final class Signals {
    private static final String IGNORED = "SigIgn:";

    private Signals() {}

    /** Sends it. */
    public static void send(Process process, String signal) {
        Program.of(Programs.path("kill"), "-" + signal, String.valueOf(process.pid()))
                .succeed();
    }

    /** Whether the process ignores the signal of this number, so that it never receives it. */
    public static boolean ignored(Process process, int number) throws IOException {
        String mask = Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
                .filter(line -> line.startsWith(IGNORED))
                .findFirst()
                .orElseThrow()
                .substring(IGNORED.length())
                .strip();
        return (Long.parseUnsignedLong(mask, 16) >> (number - 1) & 1) == 1;
    }
}
