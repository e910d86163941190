package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Prometheus' own tool accepts the rules, and each alert fires when it should and not otherwise. */
@NeedsPrograms("promtool")
final class AlertRulesIT {
    private static final Path RULES = Path.of("grafana", "rules");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");

    @Test
    void rulesAreWellFormed() {
        Program.Ran ran = Program.of(
                        Programs.path("promtool"),
                        "check",
                        "rules",
                        RULES.resolve("alerts.yaml").toString(),
                        RULES.resolve("recording.yaml").toString())
                .succeed();
        assertThat(ran.text()).contains("SUCCESS").doesNotContain("FAILED");
    }

    @Test
    void everyAlertFiresWhenItShouldAndNotOtherwise() throws IOException {
        List<String> tests = new ArrayList<>();
        TreeSet<String> tested = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(RULES.resolve("tests"), "*.yaml")) {
            for (Path file : files) {
                tests.add(file.toString());
                String text = Files.readString(file);
                assertThat(text).as(file.toString()).contains("name: fires", "exp_alerts: []");
                tested.add(file.getFileName().toString().replace(".yaml", ""));
            }
        }
        TreeSet<String> alerts = new TreeSet<>();
        Matcher names = ALERT.matcher(Files.readString(RULES.resolve("alerts.yaml")));
        while (names.find()) {
            alerts.add(names.group(1));
        }
        assertThat(tested).isNotEmpty().isEqualTo(alerts);
        List<String> command = new ArrayList<>(List.of(Programs.path("promtool"), "test", "rules"));
        command.addAll(tests);
        Program.Ran ran = Program.of(command).succeed();
        assertThat(ran.text().split("SUCCESS", -1)).as(ran.text()).hasSize(tests.size() + 1);
    }

    /** Where an alert's link leads: a heading of the page of rules. */
    @Test
    void everyRunbookIsAHeadingOfThePage() throws IOException {
        String page = Files.readString(Path.of("src", "site", "markdown", "rules.md"));
        Matcher links = Pattern.compile("runbook_url: '\\{\\{ with .*/runbook/\\{\\{ end \\}\\}([\\w-]+)'")
                .matcher(Files.readString(RULES.resolve("alerts.yaml")));
        int plain = 0;
        while (links.find()) {
            plain++;
            assertThat(page).as(links.group(1)).containsPattern("(?mi)^#+ `?" + links.group(1) + "`?$");
        }
        assertThat(plain).isPositive();
    }
}
