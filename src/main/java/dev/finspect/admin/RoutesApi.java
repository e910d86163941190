package dev.finspect.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Lists the routes, and changes the close policy of a route. */
final class RoutesApi {
    private static final String POLICY = "policy";

    private final RouteTable table;

    RoutesApi(RouteTable table) {
        this.table = table;
    }

    /** All routes, in the order of the configuration. */
    AdminResponse all(Map<String, List<String>> query) throws BadQuery {
        if (!query.isEmpty()) {
            throw new BadQuery("this path takes no parameters");
        }
        return AdminResponse.json(json -> {
            json.writeStartObject();
            writeAll(json, table);
            json.writeEndObject();
        });
    }

    /** All routes as a member of the object that is being written. */
    static void writeAll(JsonGenerator json, RouteTable table) throws IOException {
        json.writeArrayFieldStart("routes");
        for (RouteTable.RouteStatus row : table.rows()) {
            write(json, row);
        }
        json.writeEndArray();
    }

    /** Changes the close policy of a route. */
    AdminResponse closePolicy(String route, Map<String, List<String>> query) throws BadQuery {
        List<String> policy = query.getOrDefault(POLICY, List.of());
        if (query.size() != 1 || policy.size() != 1) {
            throw new BadQuery("give exactly one policy, for example ?policy=full_close or ?policy=linger+5s");
        }
        try {
            return table.closePolicy(route, policy.get(0))
                    .map(row -> AdminResponse.json(json -> write(json, row)))
                    .orElseGet(() -> AdminResponse.error(
                            HttpResponseStatus.NOT_FOUND,
                            "route_not_found",
                            "there is no route \"" + route + "\"; /api/v1/routes lists the routes"));
        } catch (IllegalArgumentException e) {
            throw new BadQuery(String.valueOf(e.getMessage()));
        }
    }

    private static void write(JsonGenerator json, RouteTable.RouteStatus row) throws IOException {
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
}
