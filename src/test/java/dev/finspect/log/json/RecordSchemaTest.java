package dev.finspect.log.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finspect.log.RecordSchema;
import dev.finspect.log.SampleRecords;
import dev.finspect.record.Outcome;
import dev.finspect.record.ProxyReason;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The schema says what the enums say, describes every field, and refuses what is no record. */
final class RecordSchemaTest {
    @Test
    void enumsOfTheSchemaAreThoseOfTheModel() {
        assertThat(words("/$defs/record/properties/outcome/enum")).isEqualTo(labels(Outcome.values(), true));
        assertThat(words("/$defs/record/properties/proxy_reason/enum")).isEqualTo(labels(ProxyReason.values(), true));
        assertThat(words("/$defs/record/properties/evidence/enum")).isEqualTo(labels(Source.values(), false));
        assertThat(words("/$defs/source/enum")).isEqualTo(labels(Source.values(), false));
        assertThat(words("/$defs/attempt/properties/result/enum")).isEqualTo(labels(ConnectResult.values(), false));
        assertThat(words("/$defs/tcpStateOrNull/enum")).isEqualTo(labels(TcpState.values(), true));
        assertThat(words("/$defs/sessionClose/properties/half_closed_by/enum")).isEqualTo(labels(Leg.values(), true));
    }

    @Test
    void everyFieldIsDescribedAndRequiredAndNoOtherAllowed() {
        List<String> faults = new ArrayList<>();
        RecordSchema.document()
                .get("$defs")
                .properties()
                .forEach(definition -> strict(definition.getKey(), definition.getValue(), faults));
        assertThat(faults).isEmpty();
    }

    @Test
    void recordAsWrittenIsAccepted() {
        assertThat(RecordSchema.complaints(clean())).isEmpty();
    }

    @Test
    void whatIsNoRecordIsRefused() {
        refuses("an unknown field", r -> r.put("colour", "red"));
        refuses("a field left out", r -> r.remove("outcome"));
        refuses("a null that may not be", r -> r.putNull("started_at"));
        refuses("microseconds only", r -> r.put("started_at", "2026-01-02T03:04:05.123456Z"));
        refuses("another zone", r -> r.put("started_at", "2026-01-02T03:04:05.123456789+00:00"));
        refuses("an unknown word", r -> r.put("outcome", "fine"));
        refuses("a closed session without outcome", r -> r.putNull("outcome"));
        refuses("a living session with an end", r -> r.put("event", "session.progress"));
        refuses("a duration as text", r -> r.put("duration_seconds", "1.5"));
        refuses("a port beyond 65535", r -> leg(r).put("network.peer.port", 65_536));
        refuses("an address that is a name", r -> leg(r).put("network.peer.address", "localhost"));
        refuses("an unknown field in a leg", r -> leg(r).put("mood", "good"));
        refuses("a completeness beyond its bits", r -> leg(r).put("completeness", 64));
        refuses("an unknown source", r -> sources(r).put("received_bytes", "rumour"));
        refuses("a known fact without source", r -> sources(r).remove("received_bytes"));
        refuses("a source without its fact", r -> sources(r).put("received_retransmits", "kernel"));
    }

    @Test
    void lineThatIsNotOneDocumentIsRefused() {
        assertThat(RecordSchema.complaints(clean() + "{}")).isNotEmpty();
        assertThat(RecordSchema.complaints(clean().substring(0, 500))).isNotEmpty();
        assertThat(RecordSchema.complaints(clean().replace("\"route\":\"db\"", "\"route\":\"d\u009bb\"")))
                .isNotEmpty();
        assertThat(RecordSchema.complaints("{\"id\":\"twice\"," + clean().substring(1)))
                .isNotEmpty();
    }

    private static void strict(String path, JsonNode node, List<String> faults) {
        JsonNode properties = node.path("properties");
        if (properties.isMissingNode()) {
            return;
        }
        if (node.path("additionalProperties").asBoolean(true)) {
            faults.add(path + " allows other fields");
        }
        List<String> names = new ArrayList<>();
        properties.fieldNames().forEachRemaining(names::add);
        names.remove("tls"); // Only on a route that observes it.
        names.remove("conntrack"); // Only where bytes stayed unacknowledged.
        names.removeAll(List.of("kernel_reason", "kernel_sent_at", "close_wait_at")); // Only with the kernel's tracing.
        names.remove("sampled_one_in"); // Only in a line of the log that stands for several sessions.
        List<String> required = new ArrayList<>();
        node.path("required").forEach(name -> required.add(name.asText()));
        if (!required.equals(names)) {
            faults.add(path + " requires " + required + " of " + names);
        }
        properties.properties().forEach(property -> {
            JsonNode schema = property.getValue();
            String reference = schema.path("$ref").asText();
            JsonNode described = reference.isEmpty() || schema.has("description")
                    ? schema
                    : RecordSchema.document().at(reference.substring(1));
            if (described.path("description").asText().isBlank()) {
                faults.add(path + "." + property.getKey() + " is not described");
            }
        });
    }

    private static void refuses(String what, Consumer<ObjectNode> damage) {
        ObjectNode record = (ObjectNode) RecordSchema.parse(clean());
        damage.accept(record);
        assertThat(RecordSchema.complaints(record.toString())).as(what).isNotEmpty();
    }

    private static ObjectNode leg(ObjectNode record) {
        return (ObjectNode) record.get("client");
    }

    private static ObjectNode sources(ObjectNode record) {
        return (ObjectNode) record.at("/client/data/sources");
    }

    private static String clean() {
        return new String(new JsonRecordEncoder().encode(SampleRecords.clean("01", "db")), StandardCharsets.UTF_8);
    }

    private static List<String> words(String pointer) {
        List<String> words = new ArrayList<>();
        RecordSchema.document().at(pointer).forEach(word -> words.add(word.asText()));
        return words;
    }

    private static List<String> labels(Enum<?>[] values, boolean orNull) {
        List<String> labels = new ArrayList<>();
        Arrays.stream(values).map(RecordSchemaTest::label).forEach(labels::add);
        if (orNull) {
            labels.add("null");
        }
        return labels;
    }

    private static String label(Enum<?> value) {
        try {
            return (String) value.getDeclaringClass().getMethod("label").invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("Every enum of the record has label()", e);
        }
    }
}
