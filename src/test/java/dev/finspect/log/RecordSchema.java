package dev.finspect.log;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges a line of the session log: one JSON document of pure ASCII, as the published schema wants it, in which every
 * known fact has a source and every source belongs to a known fact. For every test that makes lines.
 */
public final class RecordSchema {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final JsonNode DOCUMENT = read();
    private static final JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(DOCUMENT);
    private static final Map<Set<String>, Set<String>> FACTS = factsByFields();

    private RecordSchema() {}

    /** The schema itself. */
    public static JsonNode document() {
        return DOCUMENT;
    }

    /** Parses a line after making sure that it is a record. */
    public static JsonNode valid(String line) {
        List<String> complaints = complaints(line);
        if (!complaints.isEmpty()) {
            throw new AssertionError(String.join("\n", complaints) + "\nin " + line);
        }
        return parse(line);
    }

    /** As {@link #valid(String)}, for an encoded record. */
    public static JsonNode valid(byte[] line) {
        return valid(new String(line, StandardCharsets.UTF_8));
    }

    /** What is wrong with a line; nothing when it is a record. */
    public static List<String> complaints(String line) {
        List<String> complaints = new ArrayList<>();
        if (!line.chars().allMatch(c -> c >= 0x20 && c < 0x80)) {
            complaints.add("the line holds a control character or one beyond ASCII");
        }
        JsonNode record;
        try {
            record = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            complaints.add("not one JSON document: " + e.getMessage());
            return complaints;
        }
        for (ValidationMessage message : SCHEMA.validate(record)) {
            complaints.add(message.toString());
        }
        sources("$", record, complaints);
        return complaints;
    }

    /** Parses any JSON document. */
    public static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + json, e);
        }
    }

    private static void sources(String path, JsonNode node, List<String> complaints) {
        if (node.isObject() && node.has("sources")) {
            Set<String> facts = FACTS.get(names(node));
            if (facts == null) {
                complaints.add(path + ": no object of the schema has these fields");
                return;
            }
            for (String fact : facts) {
                boolean known = !node.get(fact).isNull();
                if (known != node.get("sources").has(fact)) {
                    complaints.add(path + "." + fact + (known ? " has no source" : " is unknown and has a source"));
                }
            }
        }
        if (node.isObject()) {
            node.properties().forEach(child -> sources(path + "." + child.getKey(), child.getValue(), complaints));
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            sources(path + "[" + i + "]", node.get(i), complaints);
        }
    }

    /** For each object of the schema that has sources, told by its fields: the names of its facts. */
    private static Map<Set<String>, Set<String>> factsByFields() {
        Map<Set<String>, Set<String>> facts = new HashMap<>();
        for (JsonNode definition : DOCUMENT.get("$defs")) {
            JsonNode sources = definition.path("properties").path("sources");
            if (!sources.isMissingNode()) {
                Set<String> optional = names(definition.get("properties"));
                definition.get("required").forEach(required -> optional.remove(required.asText()));
                withAndWithout(
                        List.copyOf(optional),
                        names(definition.get("properties")),
                        names(sources.get("properties")),
                        facts);
            }
        }
        return facts;
    }

    /** With each choice of the fields that may be absent. */
    private static void withAndWithout(
            List<String> optional, Set<String> fields, Set<String> known, Map<Set<String>, Set<String>> facts) {
        if (optional.isEmpty()) {
            if (facts.put(fields, known) != null) {
                throw new AssertionError("Two objects of the schema have the same fields");
            }
            return;
        }
        List<String> others = optional.subList(1, optional.size());
        withAndWithout(others, fields, known, facts);
        Set<String> fewer = new HashSet<>(fields);
        Set<String> knownOfThem = new HashSet<>(known);
        fewer.remove(optional.get(0));
        knownOfThem.remove(optional.get(0));
        withAndWithout(others, fewer, knownOfThem, facts);
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new HashSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static JsonNode read() {
        try (InputStream in = RecordSchema.class.getResourceAsStream("/dev/finspect/session-record.schema.json")) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
