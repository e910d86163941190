package dev.finspect.log.compact;

import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.log.json.JsonBytes;
import dev.finspect.tcp.Source;
import java.util.EnumMap;
import java.util.Map;

/**
 * The sources of a line's facts: the best of them, and the paths of those facts that have another source than they usually have.
 * Confined to one thread; the memory is reused.
 */
final class FactSources {
    static final String SOURCE = "source";
    private static final SerializedString SOURCE_NAME = new SerializedString(SOURCE);
    private static final Map<Source, SerializedString> LABELS = labels();
    /** More than a line has fields. */
    private static final int MOST = 128;

    private final FieldName[] unusual = new FieldName[MOST];
    private final Source[] sources = new Source[MOST];
    private int count;
    private Source best = Source.SOCKET;

    private static Map<Source, SerializedString> labels() {
        Map<Source, SerializedString> labels = new EnumMap<>(Source.class);
        for (Source source : Source.values()) {
            labels.put(source, new SerializedString(source.label()));
        }
        return labels;
    }

    /** Begins anew. */
    void begin(Source bestSource) {
        count = 0;
        best = bestSource;
    }

    /** This field has a value from {@code source}. */
    void seen(FieldName field, Source source) {
        if (source != field.usual().in(best)) {
            unusual[count] = field;
            sources[count++] = source;
        }
    }

    void write(JsonBytes json) {
        json.writeStartObject();
        json.writeFieldName(SOURCE_NAME);
        json.writeString(word(best));
        for (Source source : Source.values()) {
            fieldsOf(source, json);
        }
        json.writeEndObject();
    }

    private void fieldsOf(Source source, JsonBytes json) {
        boolean any = false;
        for (int i = 0; i < count; i++) {
            if (sources[i] == source) {
                if (!any) {
                    json.writeFieldName(word(source));
                    json.writeStartArray();
                    any = true;
                }
                json.writeString(unusual[i].path());
            }
        }
        if (any) {
            json.writeEndArray();
        }
    }

    private static SerializedString word(Source source) {
        SerializedString word = LABELS.get(source);
        if (word == null) {
            throw new AssertionError("No label for " + source);
        }
        return word;
    }
}
