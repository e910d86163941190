package dev.finspect.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds dashboards and rules to the names of finspect's own meters; other programs' names are not looked at. */
final class DashboardNamesTest {
    private static final Pattern NAME = Pattern.compile("(?<![:\\w])finspect_[a-z0-9_]+");
    private static final Set<String> EXPOSED =
            Arrays.stream(Meters.values()).flatMap(DashboardNamesTest::samples).collect(Collectors.toUnmodifiableSet());

    @Test
    void dashboardsUseOnlyNamesThatExist() throws IOException {
        Path folder = Path.of("grafana");
        if (Files.exists(folder)) {
            assertThat(unknownNames(folder)).isEmpty();
        }
    }

    @Test
    void findsNamesThatDoNotExist(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("a.json"), "rate(finspect_sessions_total[1m]) finspect_rtt_seconds_bucket");
        Files.writeString(folder.resolve("b.yml"), "finspect_sessions_totl");
        Files.writeString(folder.resolve("c.yaml"), "finspect_rtt_seconds_max");
        assertThat(unknownNames(folder))
                .containsExactlyInAnyOrder("b.yml: finspect_sessions_totl", "c.yaml: finspect_rtt_seconds_max");
    }

    private static List<String> unknownNames(Path folder) throws IOException {
        List<String> unknown = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.filter(DashboardNamesTest::isSource)::iterator) {
                Matcher names = NAME.matcher(Files.readString(file));
                while (names.find()) {
                    if (!EXPOSED.contains(names.group())) {
                        unknown.add(folder.relativize(file) + ": " + names.group());
                    }
                }
            }
        }
        return unknown;
    }

    private static boolean isSource(Path file) {
        String name = file.toString();
        return name.endsWith(".json") || name.endsWith(".yml") || name.endsWith(".yaml");
    }

    private static Stream<String> samples(Meters meter) {
        return meter.type() == MeterType.HISTOGRAM
                ? Stream.of("_bucket", "_count", "_sum").map(suffix -> meter.exposedName() + suffix)
                : Stream.of(meter.exposedName());
    }
}
