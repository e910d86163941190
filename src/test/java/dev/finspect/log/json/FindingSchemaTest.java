package dev.finspect.log.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.Findings;
import dev.finspect.fixture.SampleSession;
import dev.finspect.log.RecordSchema;
import dev.finspect.log.SampleRecords;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The schema accepts every form that a finding can have in a record, and lists the ids of the catalogue. {@code mvn test
 * -Dtest=FindingSchemaTest -Dfinspect.rewrite=true} writes these lists anew.
 */
public final class FindingSchemaTest {
    private static final Path SCHEMA = Path.of("src/main/resources/dev/finspect/session-record.schema.json");
    private static final Pattern LIST_OF_IDS = Pattern.compile("(\\s+)\"name-slow\"(?:,\\s+\"[a-z-]+\")*");
    private static final long NOW = 1_700_000_000_123_456_789L;

    private final JsonRecordEncoder encoder = new JsonRecordEncoder();

    @ParameterizedTest
    @MethodSource("ids")
    void everyFindingIsTakenWithAnyBlameConfidenceAndLeg(FindingId id) {
        for (Blame blame : Blame.values()) {
            for (Confidence confidence : Confidence.values()) {
                for (@Nullable Leg leg : new @Nullable Leg[] {null, Leg.CLIENT, Leg.UPSTREAM}) {
                    Finding finding = Findings.of(id, blame, confidence, leg, NOW, List.of(piece(Clue.LAST_SENT, leg)))
                            .seenAt(NOW + 1, List.copyOf(Catalogue.standard().ids()));
                    JsonNode json = written(new SessionFinding(finding, null, false));
                    assertThat(json.get("id").asText()).isEqualTo(id.label());
                    assertThat(json.get("blame").asText()).isEqualTo(blame.label());
                    assertThat(json.get("confidence").asText()).isEqualTo(confidence.label());
                    assertThat(json.get("leg").isNull()).isEqualTo(leg == null);
                    assertThat(json.get("explained"))
                            .hasSize(Catalogue.standard().ids().size());
                    assertThat(json.get("sentence").asText()).isNotBlank();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyPieceOfEvidenceIsTakenFromAnySource(Clue clue) {
        for (Source source : Source.values()) {
            for (long at : new long[] {Evidence.TIMELESS, NOW}) {
                String text = clue.unit() == Clue.Unit.TEXT ? "a \"word\" \u2028" : null;
                Evidence piece = new Evidence(clue, Leg.CLIENT, source, at, 1_500_000_000L, text);
                JsonNode json = written(new SessionFinding(finding(piece), NOW + 5, false))
                        .at("/evidence/0");
                assertThat(json.get("clue").asText()).isEqualTo(clue.label());
                assertThat(json.get("source").asText()).isEqualTo(source.label());
                assertThat(json.get("at").isNull()).isEqualTo(at == Evidence.TIMELESS);
                assertThat(json.get("text").isTextual()).isEqualTo(clue.unit() == Clue.Unit.TEXT);
                String amount = switch (clue.unit()) {
                    case NONE, TEXT -> "null null";
                    case COUNT -> "1500000000 count";
                    case BYTES -> "1500000000 bytes";
                    case NANOS -> "1.5 seconds";
                };
                assertThat(json.get("amount").asText() + " " + json.get("unit").asText())
                        .isEqualTo(amount);
            }
        }
    }

    @Test
    void standingPastAndLastFindingsAreTakenInEveryLineThatMayHaveThem() {
        Finding finding = finding(piece(Clue.LAST_SENT, Leg.UPSTREAM));
        List<SessionFinding> all = List.of(
                new SessionFinding(finding, NOW + 1, false),
                new SessionFinding(finding, null, false),
                new SessionFinding(finding, null, true));
        for (SessionFinding about : all) {
            Diagnosed told = new Diagnosed(about, all, 3, 4);
            for (RecordEvent event : List.of(RecordEvent.HUNG, RecordEvent.RECOVERED)) {
                JsonNode line = RecordSchema.valid(encoder.encode(living(event, told)));
                assertThat(line.get("event").asText()).isEqualTo(event.label());
                assertThat(line.at("/finding/id").asText()).isEqualTo("upstream-silent");
                assertThat(line.get("findings")).as("what stands").hasSize(1);
                assertThat(line.at("/findings/0/id").asText()).isEqualTo("upstream-silent");
                assertThat(line.get("finding_changes_untold").asInt()).isEqualTo(4);
            }
        }
        JsonNode closed = RecordSchema.valid(
                encoder.encode(SampleSession.closed("01", "db").with(new Diagnosed(null, all, 3, 4))));
        assertThat(closed.get("findings")).hasSize(3);
        assertThat(closed.get("findings_omitted").asInt()).isEqualTo(3);
        assertThat(closed.get("finding_changes_untold").asInt()).isEqualTo(4);
        assertThat(closed.get("finding").isNull()).isTrue();
        assertThat(closed.at("/findings/0/until").isTextual()).isTrue();
        assertThat(closed.at("/findings/1/until").isNull()).isTrue();
        assertThat(closed.at("/findings/2/at_end").asBoolean()).isTrue();
    }

    @Test
    void whatIsNoFindingIsRefused() {
        refuses("a line about nothing", line -> line.putNull("finding"));
        refuses("a line about a finding among no findings", line -> line.putNull("findings"));
        refuses("a closed record about a finding", line -> line.put("event", "session.closed"));
        refuses("progress about a finding", line -> line.put("event", "session.progress"));
        refuses("an unknown finding", line -> about(line).put("id", "haunted"));
        refuses("an unknown blame", line -> about(line).put("blame", "the weather"));
        refuses("a finding without evidence", line -> about(line).putArray("evidence"));
        refuses("a finding without a beginning", line -> about(line).putNull("since"));
        refuses("a field that there is not", line -> about(line).put("mood", "bad"));
        refuses("an unknown clue", line -> ((ObjectNode) line.at("/finding/evidence/0")).put("clue", "smell"));
        refuses("an unknown unit", line -> ((ObjectNode) line.at("/finding/evidence/0")).put("unit", "miles"));
    }

    @Test
    void schemaListsTheIdsOfTheCatalogue() throws IOException {
        String schema = schema();
        if (Boolean.getBoolean("finspect.rewrite")) {
            Files.writeString(SCHEMA, schema);
        }
        assertThat(Files.readString(SCHEMA))
                .as("out of date: run mvn test -Dtest=FindingSchemaTest -Dfinspect.rewrite=true")
                .isEqualTo(schema);
    }

    /** The schema's file with the ids of the catalogue in each list of ids. */
    public static String schema() throws IOException {
        return LIST_OF_IDS
                .matcher(Files.readString(SCHEMA))
                .replaceAll(list -> Catalogue.standard().ids().stream()
                        .map(id -> list.group(1) + "\"" + id + "\"")
                        .collect(Collectors.joining(",")));
    }

    @Test
    void enumsOfTheSchemaAreThoseOfTheCatalogue() {
        assertThat(words("finding", "id"))
                .containsExactlyElementsOf(Catalogue.standard().ids().stream()
                        .map(FindingId::label)
                        .toList());
        assertThat(words("finding", "blame")).containsExactlyElementsOf(labels(Blame.values(), Blame::label));
        assertThat(words("finding", "confidence"))
                .containsExactlyElementsOf(labels(Confidence.values(), Confidence::label));
        assertThat(words("evidence", "clue")).containsExactlyElementsOf(labels(Clue.values(), Clue::label));
    }

    private void refuses(String what, Consumer<ObjectNode> damage) {
        SessionFinding about = new SessionFinding(finding(piece(Clue.LAST_SENT, Leg.UPSTREAM)), null, false);
        SessionRecord hung = living(RecordEvent.HUNG, new Diagnosed(about, List.of(about), 0, 0));
        ObjectNode line = (ObjectNode) RecordSchema.valid(encoder.encode(hung));
        damage.accept(line);
        assertThat(RecordSchema.complaints(line.toString())).as(what).isNotEmpty();
    }

    private static ObjectNode about(ObjectNode line) {
        return (ObjectNode) line.get("finding");
    }

    private JsonNode written(SessionFinding finding) {
        Diagnosed told = new Diagnosed(finding, List.of(finding), 0, 0);
        JsonNode line = RecordSchema.valid(encoder.encode(living(RecordEvent.HUNG, told)));
        JsonNode closed = RecordSchema.valid(
                encoder.encode(SampleSession.closed("01", "db").with(new Diagnosed(null, List.of(finding), 0, 0))));
        assertThat(closed.at("/findings/0")).as("in the closing record").isEqualTo(withSentenceOf(closed, line));
        return line.get("finding");
    }

    /** The finding of the line with the sentence of the record, whose peers have other addresses. */
    private static JsonNode withSentenceOf(JsonNode record, JsonNode line) {
        ObjectNode finding = line.get("finding").deepCopy();
        finding.set("sentence", record.at("/findings/0/sentence"));
        return finding;
    }

    private static SessionRecord living(RecordEvent event, Diagnosed told) {
        SessionRecord r = SampleRecords.living("01");
        return new SessionRecord(
                event,
                r.identity(),
                r.durationNanos(),
                SessionRecord.Result.LIVING,
                r.client(),
                r.upstream(),
                r.close(),
                told,
                r.proxyHeaders());
    }

    private static Finding finding(Evidence piece) {
        return Findings.of(UpstreamSilent.ID, Blame.UPSTREAM, Confidence.LIKELY, Leg.UPSTREAM, NOW, List.of(piece));
    }

    private static Evidence piece(Clue clue, @Nullable Leg leg) {
        return new Evidence(clue, leg, Source.SOCKET, NOW, 0, null);
    }

    static Set<FindingId> ids() {
        return Catalogue.standard().ids();
    }

    private static List<String> words(String definition, String property) {
        List<String> words = new ArrayList<>();
        RecordSchema.document()
                .at("/$defs/" + definition + "/properties/" + property + "/enum")
                .forEach(word -> words.add(word.asText()));
        return words;
    }

    private static <E> List<String> labels(E[] values, java.util.function.Function<E, String> label) {
        return java.util.Arrays.stream(values).map(label).toList();
    }
}
