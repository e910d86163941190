package dev.finspect.cli.client;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.log.json.JsonValues;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An answer of an admin server.
 *
 * @param findings value of the header that names findings; empty without it
 */
record AdminAnswer(AdminEndpoint server, int status, String body, String findings) {
    private static final int TIMEOUT_MILLIS = 30_000;
    /** How often a request is repeated while the server has too many lists to make. */
    private static final int MOST_REPEATS = 5;

    private static final int TOO_MANY_REQUESTS = 429;

    /** Asks the server; where it has too much to do, again after the time that it names. */
    static AdminAnswer of(AdminEndpoint server, String method, String path) throws CommandFailure {
        for (int repeats = 0; ; repeats++) {
            AdminAnswer answer = once(server, method, path);
            if (answer.status != TOO_MANY_REQUESTS || repeats == MOST_REPEATS) {
                return answer;
            }
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
    }

    private static AdminAnswer once(AdminEndpoint server, String method, String path) throws CommandFailure {
        URI uri = server.base().resolve(path);
        try {
            HttpURLConnection request = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
            request.setRequestMethod(method);
            request.setConnectTimeout(TIMEOUT_MILLIS);
            request.setReadTimeout(TIMEOUT_MILLIS);
            if (server.token() != null) {
                request.setRequestProperty("Authorization", "Bearer " + server.token());
            }
            int status = request.getResponseCode();
            try (InputStream body = status < 400 ? request.getInputStream() : request.getErrorStream()) {
                String text = body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
                String findings = request.getHeaderField("Finspect-Findings");
                return new AdminAnswer(server, status, text, findings == null ? "" : findings);
            }
        } catch (IOException e) {
            throw noAnswer(server, e);
        }
    }

    /** Why the command fails where there is no answer. */
    static CommandFailure noAnswer(AdminEndpoint server, IOException e) {
        return new CommandFailure(
                ExitCode.RUNTIME,
                "no answer from " + server.base() + ": " + e.getMessage()
                        + ". Check that finspect is running with this admin address, or name another with"
                        + " --admin.");
    }

    /** A member of the body, which is a JSON object; empty without it. */
    String member(String name) {
        try {
            return JsonValues.read(body) instanceof Map<?, ?> members && members.get(name) != null
                    ? String.valueOf(members.get(name))
                    : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** The message of an error, without a full stop; the body where it is none. */
    String message() {
        String message = member("message");
        return message.isEmpty() ? body.strip() : message;
    }

    boolean ok() {
        return status == HttpURLConnection.HTTP_OK;
    }

    /** Whether several sessions begin with the letters that were written. */
    boolean ambiguous() {
        return status == HttpURLConnection.HTTP_CONFLICT;
    }

    boolean notFound() {
        return status == HttpURLConnection.HTTP_NOT_FOUND;
    }

    /** Why the command fails, and what to do. */
    CommandFailure refused() {
        if (status == HttpURLConnection.HTTP_UNAUTHORIZED) {
            return new CommandFailure(
                    ExitCode.RUNTIME,
                    server.base()
                            + (server.token() == null
                                    ? " belongs to another user's finspect."
                                    : " does not take this token.")
                            + " Run this command as root or as the user that runs finspect, or name the file with its"
                            + " token: --token-file FILE (admin.token_file in its configuration).");
        }
        if (ambiguous()) {
            return new CommandFailure(ExitCode.RUNTIME, message() + ".");
        }
        return new CommandFailure(
                ExitCode.RUNTIME,
                server.base() + " answers " + status + ": " + message() + "."
                        + (notFound() ? " It may be an older version of finspect." : ""));
    }
}
