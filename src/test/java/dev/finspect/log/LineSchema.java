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
import java.util.List;

/** Judges a compact line of the session log: one short JSON document of pure ASCII, as the published schema wants it. */
public final class LineSchema {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final JsonNode DOCUMENT = read();
    private static final JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(DOCUMENT);
    /** With the line feed; what no container runtime and no syslog splits. */
    private static final int MOST_BYTES = 8_192;

    private LineSchema() {}

    /** The schema itself. */
    public static JsonNode document() {
        return DOCUMENT;
    }

    /** Parses a line after making sure that it is one. */
    public static JsonNode valid(String line) {
        List<String> complaints = complaints(line);
        if (!complaints.isEmpty()) {
            throw new AssertionError(String.join("\n", complaints) + "\nin " + line);
        }
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    /** As {@link #valid(String)}, for an encoded line. */
    public static JsonNode valid(byte[] line) {
        return valid(new String(line, StandardCharsets.UTF_8));
    }

    /** What is wrong with a line; nothing when it is one. */
    public static List<String> complaints(String line) {
        List<String> complaints = new ArrayList<>();
        if (!line.chars().allMatch(c -> c >= 0x20 && c < 0x80)) {
            complaints.add("the line holds a control character or one beyond ASCII");
        }
        if (line.length() >= MOST_BYTES) {
            complaints.add("the line has " + line.length() + " bytes");
        }
        JsonNode parsed;
        try {
            parsed = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            complaints.add("not one JSON document: " + e.getMessage());
            return complaints;
        }
        for (ValidationMessage message : SCHEMA.validate(parsed)) {
            complaints.add(message.toString());
        }
        silent("$", parsed, complaints);
        return complaints;
    }

    /** A line holds nothing that says nothing. */
    private static void silent(String path, JsonNode node, List<String> complaints) {
        if (node.isNull()
                || node.isContainerNode() && node.isEmpty()
                || node.isTextual() && node.asText().isEmpty()) {
            complaints.add(path + " says nothing: " + node);
        }
        node.properties().forEach(child -> silent(path + "." + child.getKey(), child.getValue(), complaints));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            silent(path + "[" + i + "]", node.get(i), complaints);
        }
    }

    private static JsonNode read() {
        try (InputStream in = LineSchema.class.getResourceAsStream("/dev/finspect/session-line.schema.json")) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
