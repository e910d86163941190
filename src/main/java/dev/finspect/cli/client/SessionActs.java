package dev.finspect.cli.client;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import java.net.HttpURLConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes a running finspect, or asks one what hangs in a session. */
public final class SessionActs {
    private static final String SESSIONS = "/api/v1/sessions/";

    private final List<AdminEndpoint> servers;

    public SessionActs(List<AdminEndpoint> servers) {
        this.servers = servers;
    }

    /**
     * Closes a session, of whichever finspect it is.
     *
     * @param id its id, or a beginning that no other session has
     * @return what was done, as a sentence
     */
    public String close(String id, boolean reset) throws CommandFailure {
        String how = reset ? "reset" : "fin";
        AdminAnswer answer = AdminAnswer.of(holder(id), "POST", SESSIONS + encoded(id) + "/close?how=" + how);
        if (answer.ok()) {
            return "Session " + answer.member("id") + ": both peers are sent " + (reset ? "an RST." : "a FIN.");
        }
        if (answer.status() == HttpURLConnection.HTTP_CONFLICT) {
            throw new CommandFailure(ExitCode.RUNTIME, answer.message() + ".");
        }
        throw answer.notFound() ? noSession(id) : answer.refused();
    }

    /** The only finspect that has such a session: a beginning of an id may fit sessions of several. */
    private AdminEndpoint holder(String id) throws CommandFailure {
        if (id.isBlank()) {
            throw noSession(id);
        }
        if (servers.size() == 1) {
            return servers.get(0);
        }
        List<AdminEndpoint> holders = new ArrayList<>();
        for (AdminEndpoint server : servers) {
            AdminAnswer answer = AdminAnswer.of(server, "GET", SESSIONS + encoded(id));
            if (answer.ok() || answer.status() == HttpURLConnection.HTTP_CONFLICT) {
                holders.add(server);
            } else if (!answer.notFound()) {
                throw answer.refused();
            }
        }
        if (holders.size() > 1) {
            throw new CommandFailure(
                    ExitCode.RUNTIME,
                    "several finspects have a session whose ID begins with '" + id
                            + "'. Write more of it, or name one with --admin, such as --admin "
                            + holders.get(0).base() + ".");
        }
        if (holders.isEmpty()) {
            throw noSession(id);
        }
        return holders.get(0);
    }

    private static CommandFailure noSession(String id) {
        return new CommandFailure(
                ExitCode.RUNTIME, "there is no open session '" + id + "'. 'finspect sessions' lists them.");
    }

    /** Drains one finspect; {@code seconds} is null for the configured patience. Returns what was done, as a sentence. */
    public String drain(@Nullable Long seconds) throws CommandFailure {
        AdminEndpoint server = one(servers);
        AdminAnswer answer =
                AdminAnswer.of(server, "POST", "/api/v1/drain" + (seconds == null ? "" : "?patience=" + seconds));
        if (!answer.ok()) {
            throw answer.refused();
        }
        String living = answer.member("living");
        return server.base() + " takes no new clients, waits at most " + answer.member("patience_seconds") + " s for "
                + (living.equals("1") ? "1 session" : living + " sessions") + ", and ends.";
    }

    /** The explanation of a session as text. */
    public String explain(String id, boolean colour) throws CommandFailure {
        AdminAnswer answer = AdminAnswer.of(
                one(servers), "GET", SESSIONS + encoded(id) + "/explain?format=text" + (colour ? "&color=always" : ""));
        return answer.ok() ? answer.body() : answer.message();
    }

    /** The only one of these, where an act or a view is for one finspect alone. */
    public static AdminEndpoint one(List<AdminEndpoint> servers) throws CommandFailure {
        if (servers.size() > 1) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "several finspect run here: name one with --admin, such as --admin "
                            + servers.get(0).base());
        }
        return servers.get(0);
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
