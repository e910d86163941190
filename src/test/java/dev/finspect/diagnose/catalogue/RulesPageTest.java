package dev.finspect.diagnose.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Thresholds;
import dev.finspect.diagnose.reading.OtherReading;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Generates the parts of the page of rules that the kinds of finding declare, and compares. {@code mvn test
 * -Dtest=RulesPageTest -Dfinspect.rewrite=true} writes them anew.
 */
final class RulesPageTest {
    private static final Path PAGE = Path.of("src/site/markdown/rules.md");
    private static final String HEAD =
            "| finding | sockets and tcp_info alone | with the peer's socket | with capture |\n|---|---|---|---|\n";
    private static final String RIGHTS_END = "\n## The findings\n\n";
    private static final String FINDINGS_END = "## Alerts that are not findings\n";

    @Test
    void pageSaysWhatTheKindsDeclare() throws IOException {
        String before = Files.readString(PAGE);
        String page = between(
                between(before, HEAD, RIGHTS_END, rights(Catalogue.standard())),
                RIGHTS_END,
                FINDINGS_END,
                findings(Catalogue.standard()));
        if (Boolean.getBoolean("finspect.rewrite")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("out of date: run mvn test -Dtest=RulesPageTest -Dfinspect.rewrite=true")
                .isEqualTo(page);
    }

    @Test
    void everyEntryIsWhole() {
        for (FindingKind kind : Catalogue.standard().kinds()) {
            RuleEntry entry = kind.entry();
            assertThat(List.of(entry.meaning(), entry.proof(), entry.blame(), entry.threshold(), entry.action()))
                    .as("%s", kind)
                    .noneMatch(String::isBlank)
                    .noneMatch(text -> text.contains("|") || text.contains("\n"));
            assertThat(entry.rights().sockets()
                            + entry.rights().peerSocket()
                            + entry.rights().capture())
                    .as("rights of %s", kind)
                    .isNotEmpty()
                    .doesNotContain("|");
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

    /** The rows of the table of rights. */
    static String rights(Catalogue catalogue) {
        StringBuilder table = new StringBuilder();
        for (FindingKind kind : catalogue.kinds()) {
            RuleEntry.Rights rights = kind.entry().rights();
            table.append("| `").append(kind).append("` |");
            for (String cell : List.of(rights.sockets(), rights.peerSocket(), rights.capture())) {
                table.append(cell.isEmpty() ? " |" : " " + cell + " |");
            }
            table.append('\n');
        }
        return table.toString();
    }

    /** One section a kind. */
    static String findings(Catalogue catalogue) {
        StringBuilder text = new StringBuilder();
        for (FindingKind kind : catalogue.kinds()) {
            RuleEntry entry = kind.entry();
            String contradictions =
                    kind.contradictions().stream().map(Contradiction::text).collect(Collectors.joining("; "));
            text.append("### `").append(kind).append("`\n\n");
            text.append("- **What is so:** ").append(entry.meaning()).append('\n');
            text.append("- **Proof:** ").append(entry.proof()).append('\n');
            text.append("- **Blame:** ").append(entry.blame()).append('\n');
            text.append("- **Threshold:** ").append(entry.threshold()).append('\n');
            text.append("- **What to do:** ").append(entry.action()).append('\n');
            text.append("- **Other readings:**").append(kind.readings().isEmpty() ? " none\n" : "\n");
            for (OtherReading other : kind.readings()) {
                text.append("  - `")
                        .append(other.id())
                        .append("`: ")
                        .append(plain(other.says()))
                        .append(". Ruled out by: ")
                        .append(plain(other.ruledOutBy()))
                        .append(". What decides it: ")
                        .append(plain(other.decidedBy()))
                        .append('\n');
            }
            if (!contradictions.isEmpty()) {
                text.append("- **What would contradict it:** ")
                        .append(contradictions)
                        .append(".\n");
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String plain(String text) {
        return text.replace("PEER", "peer").replace("OTHER", "other peer");
    }

    private static String between(String page, String from, String to, String text) {
        int begin = page.indexOf(from) + from.length();
        int end = page.indexOf(to, begin);
        assertThat(begin).as(from).isGreaterThan(from.length());
        assertThat(end).as(to).isPositive();
        return page.substring(0, begin) + text + page.substring(end);
    }
}
