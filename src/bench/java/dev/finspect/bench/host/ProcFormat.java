package dev.finspect.bench.host;

import java.util.List;
import java.util.Locale;

/** The formats of proc(5), as far as the benchmark reads them. */
final class ProcFormat {
    /** USER_HZ: what /proc counts CPU time in, 100 a second on every architecture Java 17 runs on. */
    static final double TICKS_PER_SECOND = 100;

    private static final int UTIME_AFTER_NAME = 11;
    private static final int STIME_AFTER_NAME = 12;
    private static final String LISTEN = "0A";

    private ProcFormat() {}

    /** utime + stime of a /proc/PID/stat, in ticks; the name may hold spaces and parentheses. */
    static long cpuTicks(String stat) {
        String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(afterName[UTIME_AFTER_NAME]) + Long.parseLong(afterName[STIME_AFTER_NAME]);
    }

    /** The value in kB of a line {@code Key:   123 kB}; 0 if there is no such line. */
    static long kilobytes(List<String> lines, String key) {
        for (String line : lines) {
            if (line.startsWith(key + ":")) {
                return Long.parseLong(
                        line.substring(key.length() + 1).replace("kB", "").strip());
            }
        }
        return 0;
    }

    /** Whether a line of /proc/PID/net/tcp or tcp6 is a listener on the port. */
    static boolean listensOn(String line, int port) {
        String[] words = line.strip().split(" +", -1);
        return words.length > 3
                && words[1].endsWith(String.format(Locale.ROOT, ":%04X", port))
                && words[3].equals(LISTEN);
    }
}
