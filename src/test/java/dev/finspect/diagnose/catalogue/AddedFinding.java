package dev.finspect.diagnose.catalogue;

import dev.finspect.cli.read.FailOn;
import dev.finspect.diagnose.Expectation;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Parties;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.fixture.LegFixture;
import dev.finspect.fixture.SampleSession;
import dev.finspect.log.json.FindingSchemaTest;
import dev.finspect.log.json.JsonRecordEncoder;
import dev.finspect.metrics.Metrics;
import dev.finspect.metrics.MetricsPageTest;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.filter.RecordFilter;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** What finspect shows of {@link SlowAnswer} when its catalogue has it. Run in a class loader of its own. */
public final class AddedFinding implements Callable<Map<String, String>> {
    private static final long SECOND = 1_000_000_000L;
    private static final long BEGIN = 1_795_384_800L * SECOND;

    @Override
    public Map<String, String> call() throws Exception {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("order", Catalogue.standard().labels());
        Finding found = only(Diagnosis.of(snapshot(20)));
        shown.put(
                "found",
                found.id() + " " + found.blame().label() + " "
                        + found.confidence().label());
        Finding silent = only(Diagnosis.of(snapshot(200)));
        shown.put("explained", silent.id() + " " + silent.explained());
        Parties parties = new Parties("db", new InetSocketAddress("10.0.0.9", 40_000), null, null, null);
        shown.put("sentence", Catalogue.kindOf(found).sentence(found, parties));
        SessionRecord record =
                SampleSession.closed("01", "db").with(Diagnosed.of(List.of(new SessionFinding(found, null, true))));
        shown.put(
                "json",
                new String(new JsonRecordEncoder().encode(record), StandardCharsets.UTF_8)
                        .replaceAll("The upstream [0-9.:]+", "The upstream"));
        shown.put("filter", "" + RecordFilter.of("finding:slow-answer").test(record));
        shown.put(
                "fail-on",
                "" + FailOn.of(List.of("slow-answer"), CommandSpec.create()).foundIn(record));
        try (Metrics metrics = Metrics.of(List.of("db"))) {
            metrics.sink().closed(record);
            shown.put(
                    "metric",
                    metrics.exposition().render("application/openmetrics-text").body());
        }
        shown.put("metrics.md", MetricsPageTest.page());
        shown.put("schema", FindingSchemaTest.schema());
        shown.put(
                "rules.md", RulesPageTest.rights(Catalogue.standard()) + RulesPageTest.findings(Catalogue.standard()));
        return shown;
    }

    private static Finding only(List<Finding> found) {
        if (found.size() != 1) {
            throw new AssertionError(found);
        }
        return found.get(0);
    }

    /** A request after an answer that took twelve seconds, as many seconds after its beginning. */
    private static Snapshot snapshot(long seconds) {
        LegFixture client = new LegFixture(Leg.CLIENT);
        LegFixture upstream = new LegFixture(Leg.UPSTREAM);
        for (LegFixture leg : List.of(client, upstream)) {
            leg.establishedAt = Fact.socket(BEGIN);
            leg.unansweredTurns = Fact.socket(0L);
            leg.unackedSegments = Fact.kernel(0L);
        }
        client.bytesReceived = Fact.socket(500L);
        client.lastReceivedAt = Fact.socket(BEGIN + 13 * SECOND);
        client.lastSentAt = Fact.socket(BEGIN + 12 * SECOND);
        upstream.bytesSent = Fact.socket(500L);
        upstream.bytesReceived = Fact.socket(900L);
        upstream.lastReceivedAt = Fact.socket(BEGIN + 12 * SECOND);
        upstream.lastSentAt = Fact.socket(BEGIN + 13 * SECOND);
        upstream.turnBytesSent = Fact.socket(200L);
        upstream.longestAnswerNanos = Fact.socket(12 * SECOND);
        return new Snapshot(
                BEGIN + seconds * SECOND,
                false,
                Thresholds.STANDARD,
                client.build(),
                upstream.build(),
                Snapshot.Proxy.RELAYS,
                Expectation.EXPECTED);
    }
}
