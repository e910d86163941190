package dev.finspect.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Shows the routes, and switches what one does after the first FIN of a session. */
final class RoutesApi {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String POLICY = "policy";

    private final RouteTable table;

    RoutesApi(RouteTable table) {
        this.table = table;
    }

    /** Every route, in the order of the configuration. */
    Answer all(Map<String, List<String>> query) throws BadQuery {
        if (!query.isEmpty()) {
            throw new BadQuery("this path takes no parameters");
        }
        return json(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("routes");
            for (RouteTable.Row row : table.rows()) {
                write(json, row);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** Plays another policy on a route from now on. */
    Answer closePolicy(String route, Map<String, List<String>> query) throws BadQuery {
        List<String> policy = query.getOrDefault(POLICY, List.of());
        if (query.size() != 1 || policy.size() != 1) {
            throw new BadQuery("name one policy and nothing else, for example ?policy=full_close or ?policy=linger+5s");
        }
        try {
            return table.closePolicy(route, policy.get(0))
                    .map(row -> json(json -> write(json, row)))
                    .orElseGet(() -> Answer.error(
                            HttpResponseStatus.NOT_FOUND,
                            "route_not_found",
                            "there is no route \"" + route + "\"; /api/v1/routes lists those that there are"));
        } catch (IllegalArgumentException e) {
            throw new BadQuery(String.valueOf(e.getMessage()));
        }
    }

    private static void write(JsonGenerator json, RouteTable.Row row) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", row.name());
        write(json, "listen", row.listen());
        write(json, "upstream", row.upstream());
        json.writeStringField("close_policy", row.closePolicy());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    private static Answer json(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            writing.write(json);
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot fail", e);
        }
        return Answer.json(bytes.toByteArray());
    }

    @FunctionalInterface
    private interface Writing {
        void write(JsonGenerator json) throws IOException;
    }
}
