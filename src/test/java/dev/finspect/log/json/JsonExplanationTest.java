package dev.finspect.log.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finspect.log.SampleRecords;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.explain.Explained;
import dev.finspect.session.explain.Explanation;
import dev.finspect.session.explain.ExplanationText;
import dev.finspect.session.explain.Ladder;
import dev.finspect.session.explain.LadderLine;
import dev.finspect.session.explain.Rung;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The JSON of an explanation has all that its text has, for those who draw it otherwise. */
final class JsonExplanationTest {
    static List<SessionRecord> records() {
        return List.of(
                SampleRecords.clean("01CLEAN", "db"),
                SampleRecords.living("01LIVING"),
                SampleRecords.connectFailed("01REFUSED", "db", "db.example", "connection refused"),
                SampleRecords.troubled("01TROUBLED"));
    }

    @ParameterizedTest
    @MethodSource("records")
    void theLadderHasTheLinesOfTheText(SessionRecord record) throws IOException {
        Explanation explanation = Explanation.of(record, List.of());
        JsonNode ladder = json(explanation).get("ladder");
        List<LadderLine> lines = explanation.ladder().lines();
        assertThat(ladder.get("lines")).hasSameSizeAs(lines);
        String text = ExplanationText.of(explanation, false);
        for (int i = 0; i < lines.size(); i++) {
            JsonNode line = ladder.get("lines").get(i);
            if (lines.get(i) instanceof Rung rung) {
                JsonNode event = ladder.get("events").get(line.get("event").asInt());
                assertThat(event.get("label").asText()).isEqualTo(rung.label());
                assertThat(event.get("leg").asText()).isEqualTo(rung.leg().label());
            } else if (lines.get(i) instanceof Ladder.Break) {
                assertThat(text).contains(line.at("/gap/client").asText());
                assertThat(line.at("/gap/seconds").decimalValue()).isPositive();
            } else {
                assertThat(line.get("omitted").asInt()).isPositive();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("records")
    void whatTheTextSaysIsThere(SessionRecord record) throws IOException {
        Explanation explanation = Explanation.of(record, List.of());
        JsonNode json = json(explanation);
        assertThat(json.get("single").asBoolean())
                .isEqualTo(explanation.ladder().single());
        assertThat(json.get("outlook")).hasSameSizeAs(explanation.outlook());
        assertThat(json.get("flow")).hasSameSizeAs(explanation.flow());
        assertThat(json.get("meanwhile")).isEmpty();
        for (int i = 0; i < explanation.findings().size(); i++) {
            Explained one = explanation.findings().get(i);
            JsonNode finding = json.get("findings").get(i);
            assertThat(finding.get("sentence").asText()).isEqualTo(one.sentence());
            assertThat(finding.get("tense").asText()).isEqualTo(one.tense().words());
            assertThat(finding.get("commands")).hasSameSizeAs(one.steps());
        }
    }

    @Test
    void gapsAndOmissionsAreLinesOfTheirOwn() throws IOException {
        boolean gap = false;
        for (SessionRecord record : records()) {
            for (JsonNode line : json(Explanation.of(record, List.of())).at("/ladder/lines")) {
                gap |= line.has("gap");
            }
        }
        assertThat(gap).as("a gap in one of the samples").isTrue();
    }

    private static JsonNode json(Explanation explanation) throws IOException {
        return new ObjectMapper().readTree(new JsonExplanation().one(explanation));
    }
}
