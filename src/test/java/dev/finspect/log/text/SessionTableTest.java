package dev.finspect.log.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.log.RandomRecords;
import dev.finspect.log.SampleRecords;
import dev.finspect.log.line.LineBatch;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionRecord;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table of sessions, a line for each, as golden examples. */
final class SessionTableTest {
    @Test
    void cleanSessionWithHalfClose() {
        assertThat(text(SampleRecords.clean("01", "db")))
                .isEqualTo(
                        "2026-01-02T03:04:05.123Z 01            1.234s db         127.0.0.1:50000       -> 127.0.0.1:5432       "
                                + " clean             client fin     client.fin,upstream.fin   1.2kB   4.0MB    80us    80us"
                                + " half-closed by client for 900.0ms with 4.0MB after it");
    }

    @Test
    void livingSession() {
        assertThat(text(SampleRecords.living("01")))
                .isEqualTo(
                        "2026-01-02T03:04:05.123Z 01             1m00s db         127.0.0.1:50000       -> 127.0.0.1:5432       "
                                + " open              ?              ?                           10B     20B    80us    80us");
    }

    @Test
    void failedConnect() {
        assertThat(text(SampleRecords.connectFailed("01", "db", "pg.example", "no answer")))
                .isEqualTo(
                        "2026-01-02T03:04:05.123Z 01           10.003s db         127.0.0.1:50000       -> 10.0.0.1:5432        "
                                + " connect_failed    proxy          proxy.reset                100B      0B    80us    80us"
                                + " timed_out, look-up of pg.example failed: no answer,"
                                + " pg.example:5432 at 10.0.0.1:5432 timed_out after 10.000s,"
                                + " pg.example:5433 unresolvable after 0us, 100B lost, proxy.reset");
    }

    @Test
    void resetAfterLossAndPause() {
        assertThat(text(SampleRecords.troubled("01")))
                .isEqualTo(
                        "2026-01-02T03:04:05.123Z 01             3m05s orders     127.0.0.1:50000       -> 127.0.0.1:5432       "
                                + " reset             upstream rst   upstream.rst              5.0kB   2.5kB    80us  12.3ms"
                                + " upstream retransmits 3, upstream window closed 400.0ms, upstream paused 1.200s,"
                                + " upstream urgent mark lost, upstream ECONNRESET, 4.0kB lost,"
                                + " upstream.rst");
    }

    @Test
    void headerStandsOnceAndOverItsColumns() {
        SessionTable encoder = new SessionTable(false, true);
        String[] lines = (text(encoder, SampleRecords.living("01")) + "\n" + text(encoder, SampleRecords.living("02")))
                .split("\n");
        assertThat(lines).hasSize(3);
        assertThat(lines[0])
                .isEqualTo(
                        "STARTED (UTC)            ID            LASTED ROUTE      CLIENT                   UPSTREAM             "
                                + " OUTCOME           FIRST          ORDER                        UP    DOWN   RTT C   RTT U"
                                + " ODD");
        assertThat(lines[0].indexOf("UPSTREAM")).isEqualTo(lines[1].indexOf("127.0.0.1:5432"));
        assertThat(lines[0].indexOf("OUTCOME")).isEqualTo(lines[1].indexOf("open"));
    }

    @Test
    void colourMarksTheOutcome() {
        SessionTable encoder = new SessionTable(true, false);
        assertThat(text(encoder, SampleRecords.clean("01", "db"))).contains("\u001b[32mclean\u001b[0m    ");
        assertThat(text(encoder, SampleRecords.troubled("01"))).contains("\u001b[31mreset\u001b[0m    ");
        assertThat(text(encoder, SampleRecords.living("01"))).contains("\u001b[36mopen\u001b[0m    ");
    }

    @Test
    void withoutColourNoEscapeIsWritten() {
        String all = IntStream.range(0, 0x100).mapToObj(Character::toString).collect(Collectors.joining())
                + "\u2028\u202e\ud800";
        String line = text(SampleRecords.connectFailed("01", all, all, all));
        assertThat(line.chars().noneMatch(c -> c < 0x20 || (c >= 0x7f && c < 0xa0)))
                .isTrue();
        assertThat(line).contains("\\u0000\\u0001").contains("\\u001b").contains("\\u2028\\u202e\\ud800");
        assertThat(line).doesNotContain("\u2028").doesNotContain("\u202e");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13})
    void anyRecordIsOneLine(long seed) {
        RandomRecords records = new RandomRecords(seed);
        for (int i = 0; i < 200; i++) {
            assertThat(text(records.next()).lines()).hasSize(1);
        }
    }

    @Test
    void lineForManySessionsSaysHowManyAndOfWhat() {
        LineBatch batch = new LineBatch(16);
        new SessionTable(false, false).append(SampleRecords.omitted(RecordEvent.HUNG, "01", "02", "03"), batch);
        assertThat(new String(batch.toByteArray(), StandardCharsets.UTF_8))
                .startsWith("2026-01-02T03:04:10.123Z")
                .endsWith("db         and 3 more hung: upstream-silent, peer 10.0.0.1:5432");
        batch.clear();
        new SessionTable(false, false).append(SampleRecords.omitted(RecordEvent.PROGRESS, "01"), batch);
        assertThat(new String(batch.toByteArray(), StandardCharsets.UTF_8)).contains("and 1 more open");
    }

    private static String text(SessionRecord record) {
        return text(new SessionTable(false, false), record);
    }

    private static String text(SessionTable encoder, SessionRecord record) {
        LineBatch batch = new LineBatch(16);
        encoder.append(record, 1, batch);
        return new String(batch.toByteArray(), StandardCharsets.UTF_8);
    }
}
