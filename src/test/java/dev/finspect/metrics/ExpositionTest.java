package dev.finspect.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.Verdict;
import dev.finspect.diagnose.finding.EmptyReply;
import dev.finspect.fixture.Findings;
import dev.finspect.fixture.Lookups;
import dev.finspect.fixture.OpenMetricsPage;
import dev.finspect.fixture.SampleSession;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.Programs;
import dev.finspect.record.CloseAct;
import dev.finspect.record.Outcome;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.Exposition;
import dev.finspect.session.RouteCounters;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExpositionTest {
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private final Metrics metrics = Metrics.strict(List.of("db", "web \"quoted\\"));

    @BeforeEach
    void watchEverything() {
        metrics.watch(new RouteCounters("db"));
        metrics.watch(new RouteCounters("web \"quoted\\"));
        metrics.watchDrops("log", () -> 0);
        metrics.watchLog(() -> 0, () -> 0, () -> 0);
        metrics.watchReloads("applied", () -> 0);
        metrics.watchKernel("ListenOverflows", () -> 3);
        metrics.watchConfiguration(() -> 1);
        metrics.watchCapture(() -> 0, () -> 0);
        metrics.watchClosedSockets("db", (leg, state) -> 1, () -> 2);
        metrics.watchLocalPorts(() -> 28232);
        metrics.watchNetty(() -> 1, () -> 2);
        metrics.watchRuntime("0.1.0");
        Finding found = Findings.of(
                EmptyReply.ID,
                Blame.UPSTREAM,
                Confidence.PROVED,
                Leg.UPSTREAM,
                1,
                List.of(Evidence.at(Clue.LAST_SENT, Leg.UPSTREAM, Fact.socket(1L))));
        metrics.sink()
                .closed(SampleSession.closed("01ABC", "db")
                        .with(Diagnosed.of(List.of(new SessionFinding(found, null, true)))));
        metrics.sink()
                .happened(
                        SampleSession.identity("01ABC", "db", 1),
                        Lookups.event(1, "db.example", Lookups.found(1_000_000, 0, 30, "10.0.0.5")));
        metrics.sink()
                .happened(
                        SampleSession.identity("01ABC", "db", 1), new SessionEvent.WorstFindingChanged(1, null, found));
    }

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void openMetricsPageKeepsTheFormatsRules() {
        OpenMetricsPage page =
                OpenMetricsPage.read(metrics.exposition().render(OPEN_METRICS).body());
        assertThat(page.types()).containsEntry("finspect_sessions", "counter");
        assertThat(page.types()).containsKeys("jvm_memory_used_bytes", "process_open_fds");
    }

    @Test
    void everyMeterOfThePageIsDeclaredAndEveryDeclaredOneIsThere() {
        Set<String> process = Arrays.stream(Meters.values())
                .map(m -> m.exposedName().replaceFirst("_total$", ""))
                .collect(Collectors.toSet());
        Set<String> shown =
                OpenMetricsPage.read(metrics.exposition().render(OPEN_METRICS).body()).types().entrySet().stream()
                        .filter(e -> e.getKey().startsWith("finspect_") || process.contains(e.getKey()))
                        .map(e -> e.getKey() + (e.getValue().equals("counter") ? "_total" : "") + " " + e.getValue())
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> declared = Arrays.stream(Meters.values())
                .map(m -> m.exposedName() + " " + m.type().label())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(shown).isEqualTo(declared);
    }

    @Test
    void memoryOfNettyIsShownByItsArea() {
        assertThat(metrics.exposition().render("").body())
                .contains("finspect_netty_memory_bytes{area=\"heap\",} 1.0\n")
                .contains("finspect_netty_memory_bytes{area=\"direct\",} 2.0\n");
    }

    @Test
    void exemplarsNameTheSessionOnBucketsAndTotalsAlone() {
        String body = metrics.exposition().render(OPEN_METRICS).body();
        List<String> exemplars = OpenMetricsPage.read(body).exemplars();
        assertThat(exemplars).isNotEmpty().allMatch(l -> l.contains("# {session_id=\"01ABC\"} "));
        assertThat(exemplars).anyMatch(l -> l.startsWith("finspect_session_duration_seconds_bucket"));
        assertThat(exemplars).anyMatch(l -> l.startsWith("finspect_sessions_total"));
    }

    @Test
    void plainPageHasNoExemplar() {
        Exposition.Page page = metrics.exposition().render("");
        assertThat(page.contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(page.body()).doesNotContain("01ABC").doesNotContain("# EOF");
        assertThat(page.body()).contains("finspect_sessions_total{outcome=\"clean\",route=\"db\",} 1.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | false",
                "*/* | false",
                "text/plain | false",
                "application/openmetrics-text | true",
                "Application/OpenMetrics-Text; version=1.0.0 | true",
                "application/openmetrics-text;q=0 | false",
                "application/openmetrics-text;q=nonsense | false",
                "application/openmetrics-text;q=0.4,text/plain;q=0.5 | false",
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1 | true",
            })
    void openMetricsIsGivenWhereItIsAskedForFirst(String accept, boolean openMetrics) {
        assertThat(metrics.exposition().render(accept).contentType().startsWith(OPEN_METRICS))
                .isEqualTo(openMetrics);
    }

    @Test
    @NeedsPrograms("promtool")
    void promtoolFindsNothingToSayAboutThePage() throws Exception {
        String promtool = Programs.path("promtool");
        String page = metrics.exposition().render("").body();
        assertThat(promtool(promtool, page)).isEmpty();
        String broken = "# TYPE finspect_x counter\nfinspect_x 1\n";
        assertThat(promtool(promtool, broken)).contains("finspect_x");
    }

    private static String promtool(String program, String page) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(program, "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(page.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said).doesNotContain("error while linting: text format parsing error");
        return said;
    }

    @Test
    void aHundredThousandClientAddressesAddNoSeries() {
        String before = metrics.exposition().render(OPEN_METRICS).body();
        Set<String> series = ours(before);
        for (int client = 0; client < 100_000; client++) {
            metrics.sink()
                    .closed(SampleSession.closed(
                            SampleSession.identity("id" + client, "db", client),
                            Outcome.CLEAN,
                            List.of(CloseAct.CLIENT_FIN, CloseAct.UPSTREAM_FIN)));
        }
        long begin = System.nanoTime();
        String after = metrics.exposition().render(OPEN_METRICS).body();
        long nanos = System.nanoTime() - begin;
        assertThat(ours(after)).isEqualTo(series);
        assertThat(after.length()).isLessThan(200_000);
        assertThat(nanos).as("ten times the figure of 50 ms").isLessThan(500_000_000L);
    }

    @Test
    void everyVerdictIsThereAtZeroAndThePageStaysSmall() {
        try (Metrics fresh = Metrics.strict(List.of("db"))) {
            Exposition.Page page = fresh.exposition().render("");
            for (FindingKind kind : Catalogue.standard().kinds()) {
                for (Verdict verdict : kind.verdicts()) {
                    assertThat(page.body())
                            .contains("finspect_findings_total{blame=\""
                                    + verdict.blame().label() + "\",confidence=\""
                                    + verdict.hang().label() + "\",finding=\""
                                    + kind.id().label()
                                    + "\",route=\"db\",} 0.0\n");
                }
                assertThat(kind.verdicts().isEmpty()).as(kind.id().label()).isEqualTo(kind.isHarmless());
            }
            long series = page.body()
                    .lines()
                    .filter(line -> line.startsWith("finspect_findings_total{"))
                    .count();
            assertThat(series).isLessThan(300);
            assertThat(page.body().length()).as("of one route").isLessThan(80_000);
        }
    }

    @Test
    void theProcessIsMeasured() {
        Map<String, Double> samples = OpenMetricsPage.read(
                        metrics.exposition().render(OPEN_METRICS).body())
                .samples();
        assertThat(samples.get("process_cpu_seconds_total")).isPositive();
        assertThat(samples.get("process_resident_memory_bytes")).isGreaterThan(10_000_000);
        assertThat(samples.get("process_open_fds")).isPositive().isLessThanOrEqualTo(samples.get("process_max_fds"));
        assertThat(samples.get("process_start_time_seconds")).isBetween(1.7e9, System.currentTimeMillis() / 1e3 + 1);
    }

    /** Series of finspect itself; the runtime adds one of its own for each cause of a collection. */
    private static Set<String> ours(String page) {
        return OpenMetricsPage.read(page).samples().keySet().stream()
                .filter(s -> s.startsWith("finspect_"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
