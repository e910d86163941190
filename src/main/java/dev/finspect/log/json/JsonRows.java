package dev.finspect.log.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Rows of strings as a JSON array of objects: the output of commands for scripts. Pure ASCII. */
public final class JsonRows {
    private static final JsonFactory FACTORY =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private JsonRows() {}

    /** One array of objects with the keys in the order of each map; an empty value becomes null. */
    public static String of(List<Map<String, String>> rows) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartArray();
            for (Map<String, String> row : rows) {
                write(row, json);
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** An object on a line for each row. */
    public static String lines(List<Map<String, String>> rows) {
        StringWriter text = new StringWriter();
        for (Map<String, String> row : rows) {
            try (JsonGenerator json = FACTORY.createGenerator(text)) {
                write(row, json);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static void write(Map<String, String> row, JsonGenerator json) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, String> value : row.entrySet()) {
            if (value.getValue().isEmpty()) {
                json.writeNullField(value.getKey());
            } else {
                json.writeStringField(value.getKey(), value.getValue());
            }
        }
        json.writeEndObject();
    }
}
