package dev.finspect.lab.hang;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.finding.FinLost;
import dev.finspect.diagnose.finding.NetworkLoss;
import dev.finspect.diagnose.finding.NobodySpeaks;
import dev.finspect.diagnose.finding.NotClosing;
import dev.finspect.diagnose.finding.NotReading;
import dev.finspect.diagnose.finding.PeerVanished;
import dev.finspect.diagnose.finding.SynUnanswered;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Checks what finspect reported of a scenario. */
final class Verdict {
    /** A second is promised; a busy machine gets ten. */
    private static final Duration GUARD = Duration.ofSeconds(10);

    /** The shortest time that the state of a row must have lasted, in the lab, before it is reported. */
    private static final Map<FindingId, Duration> LEAST = Map.of(
            SynUnanswered.ID, Duration.ofSeconds(3),
            NobodySpeaks.ID, Duration.ofSeconds(6),
            NotReading.UPSTREAM, Duration.ofSeconds(6),
            NotReading.CLIENT, Duration.ofSeconds(6),
            NetworkLoss.ID, Duration.ofSeconds(2),
            PeerVanished.ID, Duration.ofSeconds(5),
            NotClosing.UPSTREAM, Duration.ofSeconds(6),
            NotClosing.CLIENT, Duration.ofSeconds(6),
            FinLost.ID, Duration.ofSeconds(2));

    private final Scenario scenario;

    Verdict(Scenario scenario) {
        this.scenario = scenario;
    }

    /** Of a line {@code session.hung} about the scenario's row. */
    void hung(JsonNode line) {
        JsonNode finding = line.at("/finding");
        assertThat(candidates(finding)).as("blame of " + finding).contains(label(scenario.blame()));
        assertThat(finding.at("/hang").asText()).as("hang of " + finding).isNotEmpty();
        assertThat(finding.at("/until").isNull()).as("until of " + finding).isTrue();
        assertThat(finding.at("/evidence")).as("evidence").isNotEmpty();
        Instant told = Instant.parse(line.at("/started_at").asText())
                .plusNanos(line.at("/duration_seconds")
                        .decimalValue()
                        .multiply(BigDecimal.valueOf(1_000_000_000))
                        .longValue());
        Duration lasted = Duration.between(Instant.parse(finding.at("/since").asText()), told);
        Duration threshold = LEAST.getOrDefault(scenario.row(), Duration.ofSeconds(1));
        assertThat(lasted)
                .as("since, until reported")
                .isBetween(threshold, threshold.plusSeconds(1).plus(GUARD));
    }

    /**
     * Of all lines about the session, and of its closing record.
     *
     * @param place where it was played; if the machine kept its peers from acting in time, what comes close to a finding can
     *     become one, as a possible one
     */
    void closed(List<JsonNode> lines, JsonNode closing, Place place) {
        List<JsonNode> blaming = new ArrayList<>();
        for (JsonNode line : lines) {
            if (line.at("/event").asText().equals("session.hung")) {
                blaming.add(line.at("/finding"));
            }
        }
        for (JsonNode finding : closing.at("/findings")) {
            if (!finding.at("/blame").asText().equals(Blame.NOBODY.label())) {
                blaming.add(finding);
            }
        }
        if (scenario.blame() == null) {
            blaming.removeIf(finding -> place.heldUp() && isPossible(finding));
            assertThat(blaming).isEmpty();
            return;
        }
        List<JsonNode> wanted = new ArrayList<>();
        for (JsonNode finding : closing.at("/findings")) {
            if (scenario.isWanted(finding.at("/id").asText())) {
                wanted.add(finding);
            }
        }
        assertThat(wanted).as("in the closing record").isNotEmpty();
        // Every party that is not ruled out may be named, the right one must be; and one alone where it is surer than
        // possible.
        assertThat(wanted)
                .allSatisfy(
                        finding -> assertThat(candidates(finding)).as("blame").contains(label(scenario.blame())))
                .allSatisfy(finding -> assertThat(confidence(finding) == Confidence.POSSIBLE
                                || finding.at("/blame").asText().equals(label(scenario.blame())))
                        .as("blame of one party: " + finding)
                        .isTrue());
        // What became as sure may be over, and have begun anew; and on a slow machine the look-up that made it sure may
        // have
        // become old before the hang ended.
        Confidence least = place.wasSure() ? oneLess(scenario.confidence()) : scenario.confidence();
        assertThat(wanted)
                .as("confidence")
                .anyMatch(finding -> confidence(finding).compareTo(least) <= 0);
        assertThat(blaming)
                .as("nothing else")
                .allMatch(finding -> wanted.stream().anyMatch(w -> w.at("/id").equals(finding.at("/id")))
                        || scenario.onTheWay().stream()
                                .anyMatch(id ->
                                        id.label().equals(finding.at("/id").asText())));
    }

    private static Confidence oneLess(Confidence confidence) {
        return confidence == Confidence.PROVED ? Confidence.LIKELY : Confidence.POSSIBLE;
    }

    private static boolean isPossible(JsonNode finding) {
        return confidence(finding) == Confidence.POSSIBLE
                && finding.at("/hang").asText().equals(Confidence.POSSIBLE.label());
    }

    private static List<String> candidates(JsonNode finding) {
        List<String> all = new ArrayList<>();
        finding.at("/blame_candidates").forEach(each -> all.add(each.asText()));
        return all;
    }

    private static Confidence confidence(JsonNode finding) {
        for (Confidence each : Confidence.values()) {
            if (each.label().equals(finding.at("/confidence").asText())) {
                return each;
            }
        }
        throw new AssertionError("no confidence in " + finding);
    }

    private static String label(@org.jspecify.annotations.Nullable Blame blame) {
        return blame == null ? "" : blame.label();
    }

    /** The lines about a session in short, and the last one whole. */
    static String brief(List<JsonNode> lines) {
        StringBuilder text = new StringBuilder();
        for (JsonNode line : lines) {
            text.append('\n').append(line.at("/event").asText()).append(' ').append(line.at("/outcome"));
            text.append(' ').append(line.at("/duration_seconds"));
            List<JsonNode> findings = new ArrayList<>();
            line.at("/findings").forEach(findings::add);
            if (line.at("/finding").isObject()) {
                findings.add(line.at("/finding"));
            }
            for (JsonNode finding : findings) {
                text.append("\n    ").append(finding);
            }
        }
        return lines.isEmpty()
                ? "nothing"
                : text.append('\n').append(lines.get(lines.size() - 1)).toString();
    }
}
