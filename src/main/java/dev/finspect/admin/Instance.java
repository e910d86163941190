package dev.finspect.admin;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A running finspect process, as other commands of the same user see it.
 *
 * @param pid process id
 * @param processMark distinguishes it from a later process with the same pid; see {@link ProcessMark}
 * @param version version of finspect
 * @param startedAt start time, by the wall clock
 * @param admin address of its admin server; null if it has none
 * @param token random, new at each start; readable only for the same user
 * @param routes addresses that each route listens on, by route name
 */
public record Instance(
        long pid,
        String processMark,
        String version,
        Instant startedAt,
        @Nullable InetSocketAddress admin,
        String token,
        Map<String, List<InetSocketAddress>> routes) {

    /**
     * This process.
     *
     * @param token the admin server's token; null if there is no admin server, for a new token
     */
    public static Instance ofThisProcess(
            String version,
            Instant startedAt,
            @Nullable InetSocketAddress admin,
            @Nullable String token,
            Map<String, List<InetSocketAddress>> routes) {
        long pid = ProcessHandle.current().pid();
        return new Instance(
                pid,
                ProcessMark.of(pid).orElse("unknown"),
                version,
                startedAt,
                admin,
                token == null ? Token.random() : token,
                routes);
    }

    /** A new random token. */
    public static String newToken() {
        return Token.random();
    }

    /** Whether this process, and not a later one with its pid, is running. */
    public boolean running() {
        return ProcessMark.of(pid).filter(processMark::equals).isPresent();
    }

    @Override
    public String toString() {
        return "finspect " + version + " pid " + pid + " admin " + admin + " routes " + routes.keySet();
    }
}
