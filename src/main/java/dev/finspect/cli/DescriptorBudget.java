package dev.finspect.cli;

import dev.finspect.cli.config.Complaint;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.Place;
import java.util.Optional;

/**
 * Holds the file descriptors that this process may open against what the sessions need: two sockets each, and two pipes
 * (four descriptors) more while both directions splice.
 */
final class DescriptorBudget {
    /** What finspect itself has open: libraries, loops, listeners, the log, admin connections. */
    static final int RESERVE = 128;

    private static final int SOCKETS = 2;
    private static final int SPLICING = 6;
    private static final int FEW_SESSIONS = 1000;

    private DescriptorBudget() {}

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
