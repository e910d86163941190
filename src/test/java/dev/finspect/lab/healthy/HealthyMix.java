package dev.finspect.lab.healthy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.Programs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Mixed healthy traffic of real programs, with a tenth of the standard thresholds: each client checks its answers, so that
 * what finspect accuses is innocent. No finding that blames may be surer than possible, and none may say that a hang is. The
 * profile {@code healthy} runs it.
 *
 * <p>{@code healthy.minutes} is the length of the run with default capture; {@code healthy.only} selects the traffic whose
 * name contains one of these texts, parted by commas. The figures go to {@code target/healthy-MODE.txt}.
 */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "setpriv"},
        root = true)
@Execution(ExecutionMode.SAME_THREAD)
final class HealthyMix {
    private static final Duration LONG =
            Duration.ofSeconds((long) (60 * Double.parseDouble(System.getProperty("healthy.minutes", "30"))));
    private static final int PART = 6;
    private static final List<String> ONLY =
            List.of(System.getProperty("healthy.only", "").split(",", -1));

    /** Of each traffic that this machine cannot play, what it lacks. */
    private static Map<Traffic, List<String>> lacking() {
        Map<Traffic, List<String>> all = new LinkedHashMap<>();
        for (Traffic each : Traffic.all()) {
            List<String> lacking = new ArrayList<>();
            each.programs().stream()
                    .filter(program -> Programs.find(program).isEmpty())
                    .forEach(lacking::add);
            Python.lacking(each.modules()).forEach(module -> lacking.add("python3 with " + module));
            if (ONLY.stream().anyMatch(each.name()::contains)) {
                all.put(each, lacking);
            }
        }
        return all;
    }

    private static List<Traffic> played() {
        return lacking().entrySet().stream()
                .filter(each -> each.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A traffic whose programs are missing is skipped; with {@code CI=true} it fails. */
    @TestFactory
    List<DynamicTest> everyTrafficIsPlayed() {
        List<DynamicTest> all = new ArrayList<>();
        lacking()
                .forEach((traffic, lacking) -> all.add(DynamicTest.dynamicTest(traffic.name(), () -> {
                    String reason = traffic.name() + " is not played: this machine lacks " + String.join(", ", lacking);
                    if ("true".equals(System.getenv("CI"))) {
                        assertThat(lacking).as(reason).isEmpty();
                    }
                    Assumptions.assumeTrue(lacking.isEmpty(), reason);
                })));
        return all;
    }

    @Test
    void nobodyIsAccusedWithDefaultCapture() throws Exception {
        play(WatchedFinspect.Mode.LIFECYCLE, LONG);
    }

    @Test
    void nobodyIsAccusedByAnOrdinaryUserWithoutCapture() throws Exception {
        play(WatchedFinspect.Mode.OFF, LONG.dividedBy(PART));
    }

    @Test
    void nobodyIsAccusedWithAllHeaders() throws Exception {
        play(WatchedFinspect.Mode.HEADERS, LONG.dividedBy(PART));
    }

    private static void play(WatchedFinspect.Mode mode, Duration duration) throws Exception {
        assertThat(new Run(mode, duration).play(played())).isEmpty();
    }
}
