package dev.finspect.cli.run;

import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.ConfigProblem;
import dev.finspect.cli.config.Location;
import dev.finspect.relay.RelaySettings;
import dev.finspect.tcp.HumanUnits;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How this process divides its file descriptors: a reserve, two sockets for each session, and two descriptors for each
 * splice pipe. Further sessions wait in the backlog, so that sessions, scrapes, records and name look-ups never run out
 * of descriptors.
 *
 * @param limit descriptors that the process may open
 * @param reserve descriptors for finspect itself
 * @param sessions most concurrent sessions
 * @param pipes most concurrent splice pipes; without a free pipe, bulk data is copied
 */
public record DescriptorBudget(long limit, long reserve, long sessions, long pipes) {
    /** For finspect itself: libraries, loops, some listeners, the log, name look-ups, 64 admin connections. */
    static final int RESERVE = 128;

    private static final int LISTENERS_IN_RESERVE = 16;
    private static final int SOCKETS = 2;
    private static final int PIPE_ENDS = 2;
    private static final int FEW_SESSIONS = 1000;
    /** If no session limit is configured, one in this many descriptors is for pipes. */
    private static final int PIPES_SHARE = 10;

    /** Divides {@code limit} descriptors; without a configured session limit, takes as many sessions as fit. */
    public static DescriptorBudget of(Config config, long limit) {
        RelaySettings relay = config.relay();
        long listeners =
                relay.routes().stream().mapToLong(r -> r.listen().size()).sum() * Math.max(1, loops(relay));
        long reserve = RESERVE + Math.max(0, listeners - LISTENERS_IN_RESERVE);
        long free = Math.max(0, limit - reserve);
        long wanted = relay.splice() ? RelaySettings.MOST_PIPES : 0;
        if (relay.maxSessions().isPresent()) {
            long sessions = relay.maxSessions().getAsInt();
            long pipes = Math.min(wanted, Math.max(0, free - sessions * SOCKETS) / PIPE_ENDS);
            return new DescriptorBudget(limit, reserve, sessions, pipes);
        }
        long pipes = Math.min(wanted, free / PIPES_SHARE / PIPE_ENDS);
        return new DescriptorBudget(limit, reserve, (free - pipes * PIPE_ENDS) / SOCKETS, pipes);
    }

    /** The relay's settings with these limits. */
    public RelaySettings apply(RelaySettings relay) {
        return relay.within(OptionalInt.of((int) Math.min(Integer.MAX_VALUE, sessions)), (int) pipes);
    }

    /** A problem if the configured number of sessions does not fit, or not even one. */
    public Optional<ConfigProblem> problem() {
        long needed = Math.max(1, sessions) * SOCKETS + reserve;
        if (needed <= limit) {
            return Optional.empty();
        }
        String raise = "Raise the limit (ulimit -n " + needed + ", or LimitNOFILE= of a systemd unit)";
        long fitting = (limit - reserve) / SOCKETS;
        return Optional.of(
                fitting < 1
                        ? new ConfigProblem(
                                Location.of("ulimit -n"),
                                "this process may open " + limit + " file descriptors, and finspect itself needs "
                                        + reserve + " for admin, log and listeners: no session fits",
                                raise + "; " + (reserve + FEW_SESSIONS * SOCKETS) + " is enough for " + FEW_SESSIONS
                                        + " sessions.")
                        : new ConfigProblem(
                                Location.of("limits.sessions"),
                                HumanUnits.count(sessions, "session") + (sessions == 1 ? " needs " : " need ") + needed
                                        + " file descriptors, and this process may open " + limit,
                                raise + ", or set limits.sessions to " + fitting + " or less."));
    }

    /** A warning if few sessions fit, or fewer pipes than the sessions can use. */
    public Optional<String> warning(RelaySettings relay) {
        if (relay.maxSessions().isEmpty()) {
            return sessions >= FEW_SESSIONS
                    ? Optional.empty()
                    : Optional.of("this process may open " + limit + " file descriptors, enough for "
                            + HumanUnits.count(sessions, "concurrent session")
                            + "; more will wait in the backlog. Raise the limit with ulimit -n.");
        }
        long useful = Math.min(RelaySettings.MOST_PIPES, sessions * 2);
        return !relay.splice() || pipes >= useful
                ? Optional.empty()
                : Optional.of("this process may open " + limit + " file descriptors: "
                        + HumanUnits.count(sessions, "session") + (sessions == 1 ? " fits" : " fit")
                        + ", but not all can splice at the same time; the others copy. "
                        + (sessions * SOCKETS + reserve + useful * PIPE_ENDS) + " descriptors are enough for all.");
    }

    private static int loops(RelaySettings relay) {
        return relay.loops() > 0 ? relay.loops() : Runtime.getRuntime().availableProcessors() / 2;
    }
}
