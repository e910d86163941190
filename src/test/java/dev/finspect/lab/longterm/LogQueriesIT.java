package dev.finspect.lab.longterm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.Findings;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import dev.finspect.log.LogSettings;
import dev.finspect.log.RecordLog;
import dev.finspect.log.SampleRecords;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The queries of the page about the log, run on a log of clean, troubled and failed sessions. */
final class LogQueriesIT {
    private static final Path DUCKDB = Path.of("config", "queries");

    private static List<String> blocks(String heading, String language) throws IOException {
        String page = Files.readString(Path.of("src", "site", "markdown", "log.md"));
        String section = page.substring(page.indexOf("\n### " + heading + "\n"));
        int next = section.indexOf("\n##", 1);
        Matcher fenced =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(section.substring(0, next));
        return fenced.results().map(found -> found.group(1)).toList();
    }

    /** Three clean sessions, one with findings, one that reached no upstream. */
    private static LabFolder folder() throws IOException, InterruptedException {
        LabFolder folder = new LabFolder();
        RecordLog log =
                RecordLog.open(LogSettings.file(LogSettings.Format.COMPACT, folder.path("sessions.ndjson"), 0, 0));
        for (int i = 0; i < 3; i++) {
            log.closed(SampleRecords.clean("clean" + i, "web"));
        }
        Evidence evidence = Evidence.at(Clue.LAST_SENT, Leg.UPSTREAM, Fact.socket(1_000_000_000L));
        SessionFinding found = new SessionFinding(
                Findings.of(
                        UpstreamSilent.ID,
                        Blame.UPSTREAM,
                        Confidence.PROVED,
                        Leg.UPSTREAM,
                        1_000_000_000L,
                        List.of(evidence)),
                null,
                false);
        log.closed(SampleRecords.troubled("troubled").with(Diagnosed.of(List.of(found))));
        log.closed(SampleRecords.connectFailed("failed", "web", "db.example.org", "refused"));
        assertThat(log.close(Duration.ofMinutes(1))).isTrue();
        return folder;
    }

    @Test
    @NeedsPrograms("jq")
    void jqShowsWhatEndedBadly() throws Exception {
        try (LabFolder folder = folder()) {
            String command = blocks("jq", "").get(0);
            String[] lines = Program.of("sh", "-c", "cd " + folder.path(".") + " && " + command)
                    .succeed()
                    .text()
                    .split("\n");
            assertThat(lines).hasSize(2);
            assertThat(lines[0]).contains("upstream-silent");
            assertThat(lines[1]).contains("web", "connect_failed");
        }
    }

    @Test
    @NeedsPrograms("node")
    void duckDbCountsBadEndsAndFindings() throws Exception {
        Assumptions.assumeTrue(
                Files.isDirectory(DUCKDB.resolve("node_modules")), "not installed: cd config/queries && npm ci");
        try (LabFolder folder = folder()) {
            List<String> queries = blocks("DuckDB", "sql");
            assertThat(queries).hasSize(2);
            assertThat(rows(folder, queries.get(0)))
                    .contains("\"route\":\"web\",\"sessions\":4,\"bad\":1", "\"bad\":1,\"p99_seconds\":");
            assertThat(rows(folder, queries.get(1))).contains("\"id\":\"upstream-silent\",\"blame\":\"upstream\"");
        }
    }

    private static String rows(LabFolder folder, String query) throws IOException {
        Path sql = folder.file("query.sql", query);
        return Program.of(
                        Programs.path("node"),
                        DUCKDB.resolve("duckdb.mjs").toString(),
                        folder.path(".").toString())
                .input(sql)
                .succeed()
                .text();
    }
}
