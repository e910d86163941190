package dev.finspect.log.compact;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finspect.log.LineSchema;
import dev.finspect.log.SampleRecords;
import dev.finspect.log.line.LineBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * The schema of compact lines is made of the tables of their fields. {@code mvn test -Dtest=LineSchemaTest
 * -Dfinspect.rewrite=true} writes it anew.
 */
public final class LineSchemaTest {
    private static final Path FILE = Path.of("src/main/resources/dev/finspect/session-line.schema.json");

    @Test
    void schemaSaysWhatTheTablesDeclare() throws IOException {
        String schema = LineSchemaDocument.text();
        if (Boolean.getBoolean("finspect.rewrite")) {
            Files.writeString(FILE, schema);
        }
        assertThat(Files.readString(FILE))
                .as("out of date: run mvn test -Dtest=LineSchemaTest -Dfinspect.rewrite=true")
                .isEqualTo(schema);
    }

    @Test
    void whatIsNoLineIsRefused() {
        refuses("a field that there is not", line -> line.put("mood", "bad"));
        refuses("a field that there is not in an object", line -> ((ObjectNode) line.get("client")).put("mood", "bad"));
        refuses("a line without a time", line -> line.remove("time"));
        refuses("a line without its form", line -> line.remove("schema"));
        refuses("another form", line -> line.put("schema", "compact.0"));
        refuses("an unknown event", line -> line.put("event", "session.slept"));
        refuses("an unknown severity", line -> line.put("severity", "FATAL"));
        refuses("a null", line -> line.putNull("route"));
        refuses("an empty list", line -> line.putArray("findings"));
        refuses("a zero that is not written", line -> ((ObjectNode) line.get("close")).put("lost_bytes", 0));
        refuses("no transport", line -> line.remove("network"));
        refuses("an unknown source", line -> ((ObjectNode) line.get("evidence")).put("source", "hearsay"));
    }

    private static void refuses(String what, Consumer<ObjectNode> damage) {
        LineBatch batch = new LineBatch(100);
        new CompactLine("db-1").append(SampleRecords.clean("01", "db"), 1, batch);
        JsonNode line = LineSchema.valid(batch.toByteArray());
        damage.accept((ObjectNode) line);
        assertThat(LineSchema.complaints(line.toString())).as(what).isNotEmpty();
    }
}
