package dev.finspect.log.compact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finspect.tcp.Source;
import java.util.Locale;

/** Makes the JSON schema of compact lines from the tables of their fields. */
final class LineSchemaDocument {
    private static final String TIME = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{9}Z$";
    private static final ObjectMapper JSON = new ObjectMapper();

    private LineSchemaDocument() {}

    static String text() throws JsonProcessingException {
        ObjectNode schema = JSON.createObjectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("$id", "urn:finspect:session-line:" + SessionFields.SCHEMA);
        schema.put("title", "finspect compact log line");
        schema.put(
                "description",
                "A line of the session log with log.detail: compact. A field that is not known, or says nothing, is absent:"
                        + " absent is not 0, except where a field says that its 0 is not written. Times are RFC 3339 in UTC,"
                        + " durations decimal seconds. server is the upstream. received is from the peer to finspect, sent from"
                        + " finspect to the peer. Where a fact has another than its usual source, evidence says so.");
        ArrayNode forms = schema.putArray("oneOf");
        ObjectNode definitions = schema.putObject("$defs");
        forms.addObject().put("$ref", "#/$defs/line");
        forms.addObject().put("$ref", "#/$defs/many");
        definitions.set("line", object(SessionFields.TABLE));
        definitions.set("many", object(ManyFields.TABLE));
        Separators separators = Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withObjectEntrySpacing(Separators.Spacing.NONE)
                .withArrayValueSpacing(Separators.Spacing.NONE);
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter(separators).withObjectIndenter(lines).withArrayIndenter(lines);
        return JSON.writer(printer).writeValueAsString(schema) + "\n";
    }

    private static ObjectNode object(Table<?> table) {
        ObjectNode object = JSON.createObjectNode();
        object.put("type", "object");
        object.put("description", table.words());
        object.put("additionalProperties", false);
        object.putArray("required");
        object.putObject("properties");
        for (Field<?> field : table.fields()) {
            ObjectNode holder = object;
            String[] path = field.path().split("\\.", -1);
            for (int i = 0; i < path.length - 1; i++) {
                holder = inner(holder, path[i], field.isAlways());
            }
            String name = path[path.length - 1];
            if (field.isAlways()) {
                ((ArrayNode) holder.get("required")).add(name);
            }
            ((ObjectNode) holder.get("properties")).set(name, value(field));
        }
        removeEmptyLists(object);
        return object;
    }

    private static void removeEmptyLists(ObjectNode object) {
        if (object.path("required").isEmpty()) {
            object.remove("required");
        }
        object.get("properties").forEach(inner -> {
            if (inner.path("properties").isObject()) {
                removeEmptyLists((ObjectNode) inner);
            }
        });
    }

    private static ObjectNode inner(ObjectNode holder, String name, boolean always) {
        ObjectNode properties = (ObjectNode) holder.get("properties");
        if (!properties.has(name)) {
            ObjectNode inner = properties.putObject(name);
            inner.put("type", "object");
            inner.put("additionalProperties", false);
            inner.put("minProperties", 1);
            inner.putArray("required");
            inner.putObject("properties");
            if (always) {
                ((ArrayNode) holder.get("required")).add(name);
            }
        }
        return (ObjectNode) properties.get(name);
    }

    private static ObjectNode value(Field<?> field) {
        ObjectNode value = JSON.createObjectNode();
        Shape shape = field.shape();
        switch (shape.kind()) {
            case TEXT -> value.put("type", "string");
            case WORD -> words(value, shape);
            case TIME -> value.put("type", "string").put("format", "date-time").put("pattern", TIME);
            case NUMBER -> value.put("type", "integer").put("minimum", field.isWithoutZero() ? 1 : 0);
            case SECONDS -> value.put("type", "number").put(field.isWithoutZero() ? "exclusiveMinimum" : "minimum", 0);
            case FLAG -> value.put("const", true);
            case WORDS -> words(list(value), shape);
            case TEXTS -> list(value).put("type", "string");
            case ITEMS -> list(value).setAll(object(java.util.Objects.requireNonNull(field.items())));
            case EVIDENCE -> evidence(value);
        }
        value.put("description", description(field));
        return value;
    }

    private static String description(Field<?> field) {
        String words = field.words();
        Usual usual = field.usualOrNull();
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1) + "."
                + (field.isWithoutZero() ? " 0 is not written." : "")
                + (usual == null ? "" : " Usual source: " + usual.label() + ".")
                + (field.isOpenTelemetry() ? " A name of OpenTelemetry's semantic conventions." : "");
    }

    private static ObjectNode list(ObjectNode value) {
        return value.put("type", "array").put("minItems", 1).putObject("items");
    }

    private static void words(ObjectNode value, Shape shape) {
        ArrayNode words = value.putArray("enum");
        shape.words().forEach(words::add);
    }

    private static void evidence(ObjectNode value) {
        value.put("type", "object").put("additionalProperties", false);
        value.putArray("required").add(FactSources.SOURCE);
        ObjectNode properties = value.putObject("properties");
        ArrayNode words = properties.putObject(FactSources.SOURCE).putArray("enum");
        for (Source source : Source.values()) {
            words.add(source.label());
            ArrayNode paths = list(properties.putObject(source.label())).putArray("enum");
            for (Field<?> field : SessionFields.TABLE.fields()) {
                if (field.usualOrNull() != null) {
                    paths.add(field.path());
                }
            }
        }
    }
}
