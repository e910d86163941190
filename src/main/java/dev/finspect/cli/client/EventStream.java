package dev.finspect.cli.client;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.log.json.JsonValues;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the live stream of one running finspect. Not for several threads at once, but {@link #close}. */
public final class EventStream implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    /** A stream has an event a second. */
    private static final int READ_TIMEOUT_MILLIS = 30_000;

    private final AdminEndpoint server;
    private final HttpURLConnection connection;
    private final BufferedReader lines;

    private EventStream(AdminEndpoint server, HttpURLConnection connection, InputStream body) {
        this.server = server;
        this.connection = connection;
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8), 1 << 16);
    }

    /** One event: its name, and the members of its data. */
    public record Event(String name, Map<?, ?> data) {
        /** The list of this name; empty without it. */
        public List<?> list(String member) {
            return data.get(member) instanceof List<?> items ? items : List.of();
        }
    }

    /** Opens the stream; {@code filter} is null for all sessions. */
    public static EventStream open(AdminEndpoint server, @Nullable String filter) throws CommandFailure {
        String query = filter == null ? "" : "?filter=" + URLEncoder.encode(filter, StandardCharsets.UTF_8);
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    server.base().resolve("/api/v1/events" + query).toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
            connection.setReadTimeout(READ_TIMEOUT_MILLIS);
            if (server.token() != null) {
                connection.setRequestProperty("Authorization", "Bearer " + server.token());
            }
            int status = connection.getResponseCode();
            if (status == HttpURLConnection.HTTP_OK) {
                return new EventStream(server, connection, connection.getInputStream());
            }
            try (InputStream body = connection.getErrorStream()) {
                String text = body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
                throw refused(server, status, text);
            }
        } catch (IOException e) {
            throw AdminAnswer.noAnswer(server, e);
        }
    }

    private static CommandFailure refused(AdminEndpoint server, int status, String body) {
        AdminAnswer answer = new AdminAnswer(server, status, body, "");
        return status == HttpURLConnection.HTTP_BAD_REQUEST
                ? new CommandFailure(ExitCode.USAGE, answer.message())
                : answer.refused();
    }

    /** The next event. */
    public Event next() throws CommandFailure {
        String name = "message";
        String data = "";
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    name = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    data = line.substring("data: ".length());
                } else if (line.isEmpty() && JsonValues.read(data) instanceof Map<?, ?> members) {
                    return new Event(name, members);
                }
            }
        } catch (IOException e) {
            throw ended();
        }
        throw ended();
    }

    private CommandFailure ended() {
        return new CommandFailure(ExitCode.RUNTIME, server.base() + " has ended the stream: finspect has stopped.");
    }

    /** Ends the stream; a call of {@link #next} that waits fails. Any thread. */
    @Override
    public void close() {
        connection.disconnect();
    }
}
