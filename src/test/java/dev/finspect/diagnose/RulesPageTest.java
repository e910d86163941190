package dev.finspect.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page of rules and the code say the same. */
final class RulesPageTest {
    private static final Path PAGE = Path.of("src/site/markdown/rules.md");

    @Test
    void everyFindingHasItsEntryInTheOrderOfTheCatalogue() throws IOException {
        List<String> findings =
                Arrays.stream(FindingId.values()).map(FindingId::label).collect(Collectors.toList());
        assertThat(all("(?m)^### `([a-z-]+)`$")).containsExactlyElementsOf(findings);
        assertThat(all("(?m)^\\| `([a-z-]+)` \\|[^|]*\\|[^|]*\\|[^|]*\\|$"))
                .as("rights")
                .containsExactlyElementsOf(findings);
    }

    @Test
    void everyEntryIsWhole() throws IOException {
        for (String entry : Files.readString(PAGE).split("### `", -1)) {
            if (!entry.startsWith("# ")) {
                assertThat(entry)
                        .contains(
                                "**What is so:**",
                                "**Proof:**",
                                "**Blame:**",
                                "**Threshold:**",
                                "**What to do:**",
                                "**What would contradict it:**");
            }
        }
    }

    @Test
    void everyThresholdIsThereWithItsStandardValue() throws Exception {
        String page = Files.readString(PAGE);
        for (RecordComponent threshold : Thresholds.class.getRecordComponents()) {
            Duration standard = (Duration) threshold.getAccessor().invoke(Thresholds.STANDARD);
            String key = threshold.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
            assertThat(page).contains("| `" + key + "` | " + standard.toSeconds() + " s");
        }
    }

    @Test
    void theReadmeLeadsToIt() throws IOException {
        assertThat(Files.readString(Path.of("README.md"))).contains("](src/site/markdown/rules.md)");
    }

    private static List<String> all(String pattern) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(PAGE))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toList());
    }
}
