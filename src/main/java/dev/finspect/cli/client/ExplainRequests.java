package dev.finspect.cli.client;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Sends explain and probe requests to each running finspect and prints the answers. */
public final class ExplainRequests {
    private static final String SESSIONS = "/api/v1/sessions/";

    private final ProcessContext context;
    private final List<AdminEndpoint> servers;

    public ExplainRequests(ProcessContext context, List<AdminEndpoint> servers) {
        this.context = context;
        this.servers = servers;
    }

    /**
     * How an explanation is wanted.
     *
     * @param all every session, not one for each cause
     * @param after in the place of all thresholds; null for the configured ones
     */
    public record Wanted(
            boolean json,
            boolean colour,
            boolean all,
            @Nullable Duration after) {
        private String query() {
            List<String> parameters = new ArrayList<>();
            if (!json) {
                parameters.add("format=text");
                if (colour) {
                    parameters.add("color=always");
                }
                if (all) {
                    parameters.add("all=true");
                }
            }
            Duration threshold = after;
            if (threshold != null) {
                parameters.add(
                        "after=" + BigDecimal.valueOf(threshold.toMillis(), 3).toPlainString());
            }
            return parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
        }
    }

    /**
     * Prints the explanation of a session, or of all sessions that hang.
     *
     * @param id the session's; null for all that hang
     * @return the ids of the findings
     */
    public Set<String> explain(@Nullable String id, Wanted wanted) throws CommandFailure {
        Set<String> found = new TreeSet<>();
        String path = (id == null ? "/api/v1/explain" : SESSIONS + encoded(id) + "/explain") + wanted.query();
        boolean known = false;
        for (AdminEndpoint server : servers) {
            AdminAnswer answer = AdminAnswer.of(server, "GET", path);
            if (answer.ok()) {
                known = true;
                print(server, answer.body(), wanted.json || id != null);
                found.addAll(List.of(answer.findings().split(",", -1)));
            } else if (id == null || !answer.notFound()) {
                throw answer.refused();
            }
        }
        if (!known) {
            throw unknown(id);
        }
        found.remove("");
        return found;
    }

    /** Probes a session's peers and prints the result. */
    public void probe(String id, boolean json) throws CommandFailure {
        for (AdminEndpoint server : servers) {
            AdminAnswer answer =
                    AdminAnswer.of(server, "POST", SESSIONS + encoded(id) + "/probe" + (json ? "" : "?format=text"));
            if (answer.ok()) {
                print(server, answer.body(), true);
                return;
            }
            if (!answer.notFound()) {
                throw answer.refused();
            }
        }
        throw unknown(id);
    }

    /** Prints an answer; with several servers, a line before each names the server. */
    private void print(AdminEndpoint server, String body, boolean plain) {
        if (!plain && servers.size() > 1) {
            context.out().println("# " + server.base());
        }
        context.out().print(body);
        context.out().flush();
    }

    private static CommandFailure unknown(@Nullable String id) {
        return new CommandFailure(
                ExitCode.RUNTIME,
                "there is no session '" + id + "', neither open nor recently closed. 'finspect explain' lists the"
                        + " sessions that hang.");
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
