package dev.finspect.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;

/** Reads a stream of server-sent events, as EventSource does. */
public final class EventStreamReader implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final InputStream body;
    private final BufferedReader lines;
    private String lastId = "";

    private EventStreamReader(InputStream body) {
        this.body = body;
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /** One event. */
    public record Event(String name, JsonNode data) {}

    /** Opens the stream at this address; headers as names and values. */
    public static EventStreamReader open(HttpClient http, URI uri, Duration guard, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(guard);
        HttpResponse<InputStream> answer = http.send(
                headers.length == 0 ? request.build() : request.headers(headers).build(),
                HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200
                || !answer.headers().firstValue("content-type").orElse("").startsWith("text/event-stream")) {
            throw new IOException("status " + answer.statusCode() + ": "
                    + new String(answer.body().readAllBytes(), StandardCharsets.UTF_8));
        }
        return new EventStreamReader(answer.body());
    }

    /** A stream whose head comes first, without chunks: the answer to a request of HTTP/1.0. */
    public static EventStreamReader over(InputStream answer) throws IOException {
        EventStreamReader reader = new EventStreamReader(answer);
        String status = reader.lines.readLine();
        if (status == null || !status.contains(" 200 ")) {
            throw new IOException("status " + status);
        }
        while (!reader.lines.readLine().isEmpty()) {
            // A header.
        }
        return reader;
    }

    /** The id with which a browser would come back; empty for none. */
    public String lastId() {
        return lastId;
    }

    /** The next event. */
    public Event next() throws IOException {
        String name = "message";
        StringBuilder data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                return new Event(name, JSON.readTree(data.toString()));
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1).stripLeading();
            switch (field) {
                case "event" -> name = value;
                case "data" -> data.append(value);
                case "id" -> lastId = value;
                default -> throw new IOException("unknown field: " + line);
            }
        }
        throw new IOException("the stream has ended");
    }

    /** The next event of this name. */
    public JsonNode next(String name) throws IOException {
        return next(event -> event.name().equals(name)).data();
    }

    /** The next event of which this holds. */
    public Event next(Predicate<Event> wanted) throws IOException {
        Event event = next();
        while (!wanted.test(event)) {
            event = next();
        }
        return event;
    }

    /** The next row of which this holds. */
    public JsonNode row(Predicate<JsonNode> wanted) throws IOException {
        while (true) {
            for (JsonNode row : next("sessions").at("/rows")) {
                if (wanted.test(row)) {
                    return row;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
