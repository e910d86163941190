package dev.finspect.cli.client;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Asks every running finspect in turn, and prints what they answer. */
public final class ExplainRequests {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final String SESSIONS = "/api/v1/sessions/";

    private final ProcessContext context;
    private final List<AdminEndpoint> servers;

    public ExplainRequests(ProcessContext context, List<AdminEndpoint> servers) {
        this.context = context;
        this.servers = servers;
    }

    /**
     * Prints the explanation of a session, or of all that hang.
     *
     * @param id null for all
     * @return ids of what was found
     */
    public Set<String> explain(@Nullable String id, boolean json, boolean colour) throws CommandFailure {
        Set<String> found = new TreeSet<>();
        String path = (id == null ? "/api/v1/explain" : SESSIONS + encoded(id) + "/explain")
                + (json ? "" : "?format=text" + (colour ? "&color=always" : ""));
        boolean known = false;
        for (AdminEndpoint server : servers) {
            Answered answered = ask(server, "GET", path);
            if (answered.status == HttpURLConnection.HTTP_OK) {
                known = true;
                print(server, answered.body, json || id != null);
                found.addAll(List.of(answered.findings.split(",", -1)));
            } else if (id == null || answered.status != HttpURLConnection.HTTP_NOT_FOUND) {
                throw refused(server, answered);
            }
        }
        if (!known) {
            throw unknown(id);
        }
        found.remove("");
        return found;
    }

    /** Prints what came of probing a session. */
    public void probe(String id, boolean json) throws CommandFailure {
        for (AdminEndpoint server : servers) {
            Answered answered = ask(server, "POST", SESSIONS + encoded(id) + "/probe" + (json ? "" : "?format=text"));
            if (answered.status == HttpURLConnection.HTTP_OK) {
                print(server, answered.body, true);
                return;
            }
            if (answered.status != HttpURLConnection.HTTP_NOT_FOUND) {
                throw refused(server, answered);
            }
        }
        throw unknown(id);
    }

    /** Several that answer for all their sessions are told apart by a line before each. */
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
                "no session '" + id + "' lives, and it is not among the last ones that closed. 'finspect explain' lists"
                        + " those that hang.");
    }

    private static CommandFailure refused(AdminEndpoint server, Answered answered) {
        String remedy = answered.status == HttpURLConnection.HTTP_UNAUTHORIZED
                ? " Run this as the user that runs finspect: the token is in its instance file."
                : answered.status == HttpURLConnection.HTTP_NOT_FOUND ? " Is it an older finspect?" : "";
        return new CommandFailure(
                ExitCode.RUNTIME,
                server.base() + " answers " + answered.status + ": " + answered.body.strip() + "." + remedy);
    }

    private static Answered ask(AdminEndpoint server, String method, String path) throws CommandFailure {
        URI uri = server.base().resolve(path);
        try {
            HttpURLConnection request = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
            request.setRequestMethod(method);
            request.setConnectTimeout(PATIENCE_MILLIS);
            request.setReadTimeout(PATIENCE_MILLIS);
            if (server.token() != null) {
                request.setRequestProperty("Authorization", "Bearer " + server.token());
            }
            int status = request.getResponseCode();
            try (InputStream body = status < 400 ? request.getInputStream() : request.getErrorStream()) {
                String text = body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
                String findings = request.getHeaderField("Finspect-Findings");
                return new Answered(status, text, findings == null ? "" : findings);
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.RUNTIME,
                    "no answer from " + server.base() + ": " + e.getMessage()
                            + ". Is finspect running, and with that admin address? Name it with --admin.");
        }
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private record Answered(int status, String body, String findings) {}
}
