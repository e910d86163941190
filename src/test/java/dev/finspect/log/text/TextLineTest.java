package dev.finspect.log.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Finding;
import dev.finspect.log.RandomRecords;
import dev.finspect.log.SampleRecords;
import dev.finspect.log.line.LineBatch;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions for a person, on a terminal of some width and elsewhere, as golden examples. */
final class TextLineTest {
    @Test
    void cleanSessionWithHalfClose() {
        assertThat(text(80, SampleRecords.clean("01J0000000ABCDEFGHJK", "db"))).isEqualTo("""
                        2026-01-02 UTC
                        03:04:05 01J0000000A clean      1.234s db 127.0.0.1:50000 -> 127.0.0.1:5432
                                 client.fin,upstream.fin, 1.2kB up, 4.0MB down, rtt 80us/80us,
                                 half-closed by client for 900.0ms with 4.0MB after it""");
    }

    @Test
    void elsewhereASessionIsOneLine() {
        assertThat(text(0, SampleRecords.clean("01", "db")))
                .isEqualTo("2026-01-02T03:04:05.123Z 01 clean      1.234s db 127.0.0.1:50000 -> 127.0.0.1:5432"
                        + "  client.fin,upstream.fin, 1.2kB up, 4.0MB down, rtt 80us/80us, half-closed by client for"
                        + " 900.0ms with 4.0MB after it");
    }

    @Test
    void failedConnectNamesTheUpstreamThatWasTried() {
        assertThat(text(80, SampleRecords.connectFailed("01", "db", "pg.example", "no answer")))
                .contains("01 connect_failed 10.003s db 127.0.0.1:50000 -> 10.0.0.1:5432\n");
    }

    @Test
    void livingSession() {
        assertThat(text(0, SampleRecords.living("01")))
                .isEqualTo("2026-01-02T03:04:05.123Z 01 open        1m00s db 127.0.0.1:50000 -> 127.0.0.1:5432"
                        + "  10B up, 20B down, rtt 80us/80us");
    }

    @Test
    void whatHangsHasItsSentence() {
        assertThat(text(80, hung()).replaceAll("\\s+", " "))
                .contains(" 01 hung ", " upstream-silent: ")
                .endsWith(".")
                .doesNotContain("upstream-silent for");
    }

    private static SessionRecord hung() {
        Finding finding = SampleRecords.omitted(RecordEvent.HUNG, "01").finding();
        return SampleRecords.living("01")
                .with(Diagnosed.of(List.of(new SessionFinding(finding, null, false))))
                .about(RecordEvent.HUNG, finding);
    }

    @Test
    void theDateStandsOnceADay() {
        TextLine lines = new TextLine(false, () -> 80);
        assertThat(lines.text(SampleRecords.living("01"))).startsWith("2026-01-02 UTC\n03:04:05 ");
        assertThat(lines.text(SampleRecords.living("02"))).startsWith("03:04:05 ");
    }

    @Test
    void colourMarksTheOutcome() {
        TextLine lines = new TextLine(true, () -> 0);
        assertThat(lines.text(SampleRecords.clean("01", "db"))).contains("\u001b[32mclean    \u001b[0m");
        assertThat(lines.text(SampleRecords.troubled("01"))).contains("\u001b[31mreset    \u001b[0m");
        assertThat(lines.text(SampleRecords.living("01"))).contains("\u001b[36mopen     \u001b[0m");
    }

    @Test
    void withoutColourNoEscapeIsWritten() {
        String all = IntStream.range(0, 0x100).mapToObj(Character::toString).collect(Collectors.joining())
                + "\u2028\u202e\ud800";
        String line = text(0, SampleRecords.connectFailed("01", all, all, all));
        assertThat(line.chars().noneMatch(c -> c < 0x20 || (c >= 0x7f && c < 0xa0)))
                .isTrue();
        assertThat(line).contains("\\u0000\\u0001").contains("\\u001b").contains("\\u2028\\u202e\\ud800");
    }

    @ParameterizedTest(name = "{0} columns, seed {1}")
    @CsvSource({"80, 11", "80, 12", "100, 13", "200, 14", "60, 15"})
    void anyRecordFitsTheTerminal(int columns, long seed) {
        RandomRecords records = new RandomRecords(seed);
        TextLine lines = new TextLine(false, () -> columns);
        for (int i = 0; i < 200; i++) {
            assertThat(lines.text(records.next()).lines())
                    .allSatisfy(line -> assertThat(
                                    line.length() < columns || !line.strip().contains(" "))
                            .as("fits, or is one word: " + line)
                            .isTrue());
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13})
    void anyRecordIsOneLineElsewhere(long seed) {
        RandomRecords records = new RandomRecords(seed);
        for (int i = 0; i < 200; i++) {
            assertThat(text(0, records.next()).lines()).hasSize(1);
        }
    }

    @Test
    void lineForManySessionsSaysHowManyAndOfWhat() {
        LineBatch batch = new LineBatch(16);
        new TextLine(false, () -> 0).append(SampleRecords.omitted(RecordEvent.HUNG, "01", "02", "03"), batch);
        assertThat(new String(batch.toByteArray(), StandardCharsets.UTF_8))
                .isEqualTo("2026-01-02T03:04:10.123Z and 3 more hung: upstream-silent on route db, peer 10.0.0.1:5432");
    }

    private static String text(int columns, SessionRecord record) {
        return new TextLine(false, () -> columns).text(record);
    }
}
