package dev.finspect.session.transcript;

import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * A file with one session: what entered its tracker, its watch and its capture, in order, and the records that came of it.
 *
 * <p>Times are nanoseconds since accept(), by the monotonic clock and by the wall clock alike. What a tcp_info leaves out is as
 * in the reading of the same leg before; in the first one it is 0. The records are without sentences, which have tests of their
 * own, and without what is null; a line about a finding that came or went shows the finding alone.
 */
final class Transcript {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private final JsonNode root;

    private Transcript(JsonNode root) {
        this.root = root;
    }

    static Transcript read(Path file) throws IOException {
        return new Transcript(MAPPER.readTree(Files.readString(file)));
    }

    /** What is known before the first input. */
    JsonNode head(String name) {
        return root.path(name);
    }

    Iterable<JsonNode> inputs() {
        return root.get("inputs");
    }

    /** The file's text with these records; one input, one field of a record a line. */
    String with(List<String> records) throws IOException {
        StringBuilder text = new StringBuilder("{\n");
        for (Map.Entry<String, JsonNode> each : root.properties()) {
            if (!each.getKey().equals("inputs") && !each.getKey().equals("records")) {
                text.append("  ").append(field(each)).append(",\n");
            }
        }
        List<String> inputs = new ArrayList<>();
        for (JsonNode input : inputs()) {
            inputs.add("    " + (input.has("segments") ? segments(input.get("segments")) : line(input)));
        }
        text.append("  \"inputs\": [\n").append(String.join(",\n", inputs)).append("\n  ],\n");
        List<String> all = new ArrayList<>();
        for (String record : records) {
            all.add(record(MAPPER.readTree(record)));
        }
        return text.append("  \"records\": [\n")
                .append(String.join(",\n", all))
                .append("\n  ]\n}\n")
                .toString();
    }

    /** Each on a line of its own. */
    private static String segments(JsonNode batch) throws IOException {
        List<String> lines = new ArrayList<>();
        for (JsonNode segment : batch) {
            lines.add("      " + line(segment));
        }
        return "{\"segments\": [\n" + String.join(",\n", lines) + "\n    ]}";
    }

    private static String record(JsonNode whole) throws IOException {
        ObjectNode shown = (ObjectNode) brief(whole);
        if (whole.hasNonNull("finding")) {
            shown.retain("event", "duration_seconds", "finding", "finding_changes_untold");
        }
        List<String> fields = new ArrayList<>();
        for (Map.Entry<String, JsonNode> each : shown.properties()) {
            fields.add("      " + field(each));
        }
        return "    {\n" + String.join(",\n", fields) + "\n    }";
    }

    /** Without sentences, nulls and what is empty. */
    private static JsonNode brief(JsonNode node) {
        if (node.isArray()) {
            List<JsonNode> all = new ArrayList<>();
            node.forEach(each -> all.add(brief(each)));
            return MAPPER.createArrayNode().addAll(all);
        }
        if (!node.isObject()) {
            return node;
        }
        ObjectNode shown = MAPPER.createObjectNode();
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            JsonNode value = brief(each.getValue());
            if (!each.getKey().equals("sentence") && !value.isNull() && !(value.isContainerNode() && value.isEmpty())) {
                shown.set(each.getKey(), value);
            }
        }
        return shown;
    }

    private static String field(Map.Entry<String, JsonNode> field) throws IOException {
        return MAPPER.writeValueAsString(field.getKey()) + ": " + line(field.getValue());
    }

    /** On one line, with spaces as people write them. */
    private static String line(JsonNode node) throws IOException {
        if (!node.isContainerNode()) {
            return MAPPER.writeValueAsString(node);
        }
        List<String> parts = new ArrayList<>();
        if (node.isArray()) {
            for (Iterator<JsonNode> each = node.elements(); each.hasNext(); ) {
                parts.add(line(each.next()));
            }
            return "[" + String.join(", ", parts) + "]";
        }
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            parts.add(field(each));
        }
        return "{" + String.join(", ", parts) + "}";
    }
}
