package dev.finspect.lab.hang;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.diagnose.finding.HalfClosedActive;
import dev.finspect.diagnose.finding.HandshakeUnfinished;
import dev.finspect.diagnose.finding.Idle;
import dev.finspect.diagnose.finding.NatForgot;
import dev.finspect.diagnose.finding.NotTls;
import dev.finspect.diagnose.finding.TlsHandshakeStalled;
import dev.finspect.diagnose.finding.UnexplainedEnd;
import dev.finspect.lab.NeedsPrograms;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Produces every finding of the catalogue with real sockets. The packaged finspect must report the finding, whom it blames,
 * and nothing else; for traffic that comes close to a finding it must blame nobody. Scenarios run side by side, each on a
 * route of its own.
 *
 * <p>{@code lab.hang.repeats} is the number of rounds; {@code lab.hang.only} selects the scenarios whose title contains this
 * text.
 */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft", "nc", "ss", "kill", "setpriv", "redis-server"},
        root = true)
@Order(2)
final class HangLabIT {
    private static final int REPEATS = Integer.getInteger("lab.hang.repeats", 1);
    private static final String ONLY = System.getProperty("lab.hang.only", "");
    private static final int AT_ONCE = 24;

    /**
     * A half-open connection is no session yet, see {@link HalfOpenIT}; what is found of TLS is in {@code TlsIT}, and what this
     * host's own packet filter has forgotten in {@code NatForgotIT}.
     */
    private static final Set<FindingId> ELSEWHERE =
            Set.of(HandshakeUnfinished.ID, TlsHandshakeStalled.ID, NotTls.ID, NatForgot.ID);

    private static final List<Site> SITES = new ArrayList<>();
    private static final Map<String, Future<JsonNode>> PLAYED = new LinkedHashMap<>();
    private static final BlameByEvidence BLAMED = new BlameByEvidence();
    private static final ExecutorService PLAYERS = Executors.newFixedThreadPool(AT_ONCE);

    @BeforeAll
    static void playAll() throws Exception {
        List<Scenario> chosen =
                all().filter(each -> each.title().contains(ONLY)).toList();
        for (int round = 1; round <= REPEATS; round++) {
            Map<Site.Kind, List<Scenario>> together = new EnumMap<>(Site.Kind.class);
            for (Scenario scenario : chosen) {
                if (!scenario.alone()) {
                    together.computeIfAbsent(scenario.kind(), kind -> new ArrayList<>())
                            .add(scenario);
                }
            }
            String prefix = REPEATS == 1 ? "" : round + ": ";
            for (Map.Entry<Site.Kind, List<Scenario>> each : together.entrySet()) {
                Site site = new Site(each.getKey(), each.getValue());
                SITES.add(site);
                for (int i = 0; i < each.getValue().size(); i++) {
                    Scenario scenario = each.getValue().get(i);
                    int number = i + 1;
                    PLAYED.put(prefix + scenario.title(), PLAYERS.submit(() -> play(site, scenario, number)));
                }
            }
            for (Scenario scenario : chosen) {
                if (scenario.alone()) {
                    PLAYED.put(prefix + scenario.title(), PLAYERS.submit(() -> alone(scenario)));
                }
            }
            for (Scenario scenario : chosen) {
                settle(scenario, Objects.requireNonNull(PLAYED.get(prefix + scenario.title())));
            }
            closeSites();
        }
    }

    private static Stream<Scenario> all() {
        return Stream.of(
                        SpeakingHangs.all(),
                        ReadingHangs.all(),
                        OpeningHangs.all(),
                        NameHangs.all(),
                        ClosingHangs.all(),
                        EndingHangs.all(),
                        OwnHangs.all(),
                        PathMtuHangs.all(),
                        GapHangs.all(),
                        HealthyTraffic.all())
                .flatMap(List::stream);
    }

    private static JsonNode alone(Scenario scenario) throws Exception {
        try (Site site = new Site(scenario.kind(), List.of(scenario))) {
            return play(site, scenario, 1);
        }
    }

    private static JsonNode play(Site site, Scenario scenario, int number) throws Exception {
        try (Place place = new Place(site, scenario, number)) {
            try {
                scenario.play().on(place);
                JsonNode closing = place.closed();
                new Verdict(scenario).closed(place.lines(), closing, place);
                return closing;
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        scenario.title() + "\n" + e + "\nreported of it:" + Verdict.brief(place.lines()), e);
            }
        }
    }

    /** Waits until it is over, whether it failed or not. */
    private static void settle(Scenario scenario, Future<JsonNode> played) throws InterruptedException {
        try {
            BLAMED.add(scenario, played.get());
        } catch (ExecutionException e) {
            // Its own test fails.
            Assertions.assertThat(e).isNotNull();
        }
    }

    @AfterAll
    static void closeSites() throws IOException {
        List<Site> all = List.copyOf(SITES);
        SITES.clear();
        for (Site site : all) {
            site.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> scenarios() {
        return PLAYED.entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> {
                    try {
                        each.getValue().get();
                    } catch (ExecutionException e) {
                        throw e.getCause();
                    }
                }));
    }

    @Test
    void moreEvidenceNeverWidensTheBlame() {
        if (ONLY.isEmpty()) {
            Assertions.assertThat(BLAMED.comparisons()).as("comparisons").isGreaterThan(20);
        }
        Assertions.assertThat(BLAMED.wrong()).isEmpty();
    }

    @Test
    void everyRowHasAScenarioAndANearMiss() {
        Set<FindingId> made = new HashSet<>(ELSEWHERE);
        Set<FindingId> missed = new HashSet<>(ELSEWHERE);
        all().forEach(each -> (each.blame() == null ? missed : made).add(each.row()));
        // None of them is a hang.
        made.addAll(Set.of(Idle.ID, HalfClosedActive.ID, UnexplainedEnd.ID));
        Assertions.assertThat(made)
                .containsExactlyInAnyOrderElementsOf(Catalogue.standard().ids());
        missed.addAll(Set.of(HalfClosedActive.ID, UnexplainedEnd.ID));
        Assertions.assertThat(missed)
                .containsExactlyInAnyOrderElementsOf(Catalogue.standard().ids());
    }
}
