package dev.finspect.diagnose.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A finding is one file: everything else follows from it. A class loader of its own sees the class path, and one more service:
 * {@link SlowAnswer}, written as the page of recipes says.
 */
final class AddedFindingTest {
    @TempDir
    Path folder;

    @Test
    void everythingFollowsFromTheFile() throws Exception {
        Map<String, String> shown = withService(SlowAnswer.class.getName());

        assertThat(shown.get("order")).contains("upstream-silent, slow-answer, client-silent");
        assertThat(shown.get("found")).isEqualTo("slow-answer upstream likely");
        assertThat(shown.get("explained")).isEqualTo("upstream-silent [slow-answer]");
        assertThat(shown.get("sentence")).isEqualTo("The upstream answers slowly: it has taken up to 12 s.");
        assertThat(shown.get("json"))
                .contains(
                        "\"id\":\"slow-answer\"",
                        "\"sentence\":\"The upstream answers slowly: it has taken up to 12 s.\"");
        assertThat(shown.get("filter")).isEqualTo("true");
        assertThat(shown.get("fail-on")).isEqualTo("true");
        assertThat(shown.get("metric")).contains("finding=\"slow-answer\"");
        assertThat(shown.get("metrics.md")).contains("upstream-silent, slow-answer, client-silent");
        assertThat(shown.get("schema")).contains("\"slow-answer\",");
        assertThat(shown.get("rules.md"))
                .contains("| `slow-answer` | likely | | |\n", "### `slow-answer`\n", "- **Blame:** upstream\n");
    }

    @Test
    void withoutItNothingShowsIt() {
        assertThat(Catalogue.standard().find("slow-answer")).isEmpty();
        assertThat(RulesPageTest.findings(Catalogue.standard())).doesNotContain("slow-answer");
    }

    @SuppressWarnings("unchecked")
    private Map<String, String> withService(String kind) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(FindingKind.class.getName()), kind + "\n");
        List<URL> urls = new ArrayList<>(List.of(folder.toUri().toURL()));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(loader);
            Class<?> added = loader.loadClass(AddedFinding.class.getName());
            return ((Callable<Map<String, String>>)
                            added.getDeclaredConstructor().newInstance())
                    .call();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
