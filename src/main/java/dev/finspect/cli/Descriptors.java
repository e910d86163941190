package dev.finspect.cli;

import dev.finspect.cli.config.Complaint;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds the file descriptors that this process may open against what the sessions need: two sockets each, and two pipes
 * (four descriptors) more while both directions splice.
 */
final class Descriptors {
    /** What finspect itself has open: libraries, loops, listeners, the log, admin connections. */
    static final int RESERVE = 128;

    private static final int SOCKETS = 2;
    private static final int SPLICING = 6;
    private static final int FEW_SESSIONS = 1000;
    private static final Pattern LIMIT = Pattern.compile("Max open files\\s+(\\d+|unlimited)\\s.*");

    private Descriptors() {}

    /** The soft limit in the text of {@code /proc/self/limits}; the JVM has raised it to the hard one at its start. */
    static OptionalLong limit(List<String> limits) {
        for (String line : limits) {
            Matcher matcher = LIMIT.matcher(line);
            if (matcher.matches()) {
                return matcher.group(1).equals("unlimited")
                        ? OptionalLong.empty()
                        : OptionalLong.of(Long.parseLong(matcher.group(1)));
            }
        }
        return OptionalLong.empty();
    }

    /** The limit of this process, empty where it is not told or there is none. */
    static OptionalLong limit() {
        try {
            return limit(Files.readAllLines(Path.of("/proc/self/limits")));
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** A complaint where the configured session limit cannot be reached at all. */
    static Optional<Complaint> complaint(Config config, long limit) {
        if (config.relay().maxSessions().isEmpty()) {
            return Optional.empty();
        }
        long sessions = config.relay().maxSessions().getAsInt();
        long needed = sessions * SOCKETS + RESERVE;
        if (needed <= limit) {
            return Optional.empty();
        }
        return Optional.of(new Complaint(
                Place.of("limits.sessions"),
                sessions + " sessions need " + needed + " file descriptors, and this process may open " + limit,
                "Raise it (ulimit -n " + needed + ", or LimitNOFILE= of a systemd unit), or set limits.sessions to "
                        + Math.max(1, fitting(limit, SOCKETS)) + " or less."));
    }

    /** A sentence for a person where sessions could run short of descriptors. */
    static Optional<String> warning(Config config, long limit) {
        if (config.relay().maxSessions().isEmpty()) {
            return fitting(limit, SOCKETS) >= FEW_SESSIONS
                    ? Optional.empty()
                    : Optional.of("this process may open " + limit + " file descriptors, enough for about "
                            + fitting(limit, SOCKETS)
                            + " sessions; more will wait in the backlog. Raise it with ulimit -n.");
        }
        long sessions = config.relay().maxSessions().getAsInt();
        return !config.relay().splice() || sessions * SPLICING + RESERVE <= limit
                ? Optional.empty()
                : Optional.of("this process may open " + limit + " file descriptors: " + sessions
                        + " sessions fit, but not all of them can splice at once; the others copy. "
                        + (sessions * SPLICING + RESERVE) + " would do for all.");
    }

    private static long fitting(long limit, int each) {
        return Math.max(0, limit - RESERVE) / each;
    }
}
