package dev.finspect.admin;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A finspect that runs, as others of the same user find it.
 *
 * @param pid its process
 * @param processMark tells it from a later process of the same pid
 * @param version of finspect
 * @param startedAt wall clock
 * @param admin where its admin server listens; null where it has none
 * @param token random, of this start alone; whoever can read it is the same user
 * @param routes addresses really listened on, by the route's name
 */
public record Instance(
        long pid,
        String processMark,
        String version,
        Instant startedAt,
        @Nullable InetSocketAddress admin,
        String token,
        Map<String, List<InetSocketAddress>> routes) {

    /** This process.
     *
     * @param token the admin server's; null where there is none: then a new one
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

    /** Whether that very process still runs. */
    public boolean running() {
        return ProcessMark.of(pid).filter(processMark::equals).isPresent();
    }

    @Override
    public String toString() {
        return "finspect " + version + " pid " + pid + " admin " + admin + " routes " + routes.keySet();
    }
}
