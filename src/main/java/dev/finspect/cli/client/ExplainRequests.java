package dev.finspect.cli.client;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.OutputFormat;
import dev.finspect.cli.process.ProcessContext;
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
     * @param anonymise whether other addresses and names stand in the place of the real ones
     */
    public record Wanted(
            OutputFormat format,
            boolean colour,
            boolean all,
            @Nullable Duration after,
            boolean anonymise) {
        private String query() {
            List<String> parameters = new ArrayList<>();
            if (format != OutputFormat.JSON) {
                parameters.add("format=" + format);
            }
            if (!format.isJson()) {
                if (colour) {
                    parameters.add("color=always");
                }
                if (all) {
                    parameters.add("all=true");
                }
            }
            Duration threshold = after;
            if (threshold != null) {
                parameters.add("after=" + threshold.toMillis() + "ms");
            }
            if (anonymise) {
                parameters.add("anonymise=true");
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
            AdminAnswer answer;
            try {
                answer = AdminAnswer.of(server, "GET", path);
            } catch (CommandFailure e) {
                if (servers.size() == 1) {
                    throw e;
                }
                // It may have ended meanwhile; the others answer.
                context.err().println("finspect: " + e.getMessage());
                continue;
            }
            if (answer.ok()) {
                known = true;
                print(server, answer.body(), wanted.format.isJson() || id != null);
                found.addAll(List.of(answer.findings().split(",", -1)));
            } else if (id == null || !answer.notFound()) {
                throw answer.refused();
            }
        }
        if (!known) {
            throw id == null
                    ? new CommandFailure(
                            ExitCode.RUNTIME, "none of " + servers.size() + " running finspects has answered.")
                    : unknown(id);
        }
        found.remove("");
        return found;
    }

    /** Probes a session's peers and prints the result. */
    public void probe(String id, boolean json, boolean anonymise) throws CommandFailure {
        for (AdminEndpoint server : servers) {
            AdminAnswer answer = AdminAnswer.of(
                    server,
                    "POST",
                    SESSIONS + encoded(id) + "/probe?format=" + (json ? "json" : "text")
                            + (anonymise ? "&anonymise=true" : ""));
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
