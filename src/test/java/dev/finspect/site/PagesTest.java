package dev.finspect.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.catalogue.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The links of README, pages and alerts lead somewhere, in the repository and on the site. */
final class PagesTest {
    private static final Path SITE = Path.of("src", "site");
    private static final Path PAGES = SITE.resolve("markdown");
    private static final Path INDEX = PAGES.resolve("index.md");
    private static final Path README = Path.of("README.md");
    private static final Path RULES = PAGES.resolve("rules.md");

    @TempDir
    private Path folder;

    @Test
    void everyLinkLeadsToAFileAndAHeading() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : documents()) {
            for (String link : SiteSource.links(Files.readString(page))) {
                if (!leadsSomewhere(page, link)) {
                    broken.add(page + ": " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void aLinkWithoutItsFileOrHeadingIsSeen() {
        assertThat(leadsSomewhere(README, "src/site/markdown/rules.md#upstream-silent"))
                .isTrue();
        assertThat(leadsSomewhere(README, "src/site/markdown/rules.md#no-such-finding"))
                .isFalse();
        assertThat(leadsSomewhere(README, "src/site/markdown/no-such-page.md")).isFalse();
        assertThat(SiteSource.links("see [a](b.md#c), `[no](link)` and [d](https://example.org)\n```\n[e](f)\n```\n"))
                .containsExactly("b.md#c");
        assertThat(SiteSource.anchors("# A `b-c` (d)\n```\n# no\n```\n## Twice\n## Twice\n"))
                .containsExactly("a-b-c-d", "twice", "twice-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"threat-model.md", "faults.md"})
    void everyTestThatIsNamedExists(String page) throws IOException {
        Set<String> tests;
        try (Stream<Path> sources = Files.walk(Path.of("src", "test", "java"))) {
            tests = sources.map(file -> String.valueOf(file.getFileName()))
                    .map(name -> name.replace(".java", ""))
                    .collect(Collectors.toSet());
        }
        List<String> named = Pattern.compile("`([A-Z][A-Za-z0-9]*(?:Test|IT))`")
                .matcher(Files.readString(PAGES.resolve(page)))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(named)
                .hasSizeGreaterThan(20)
                .allSatisfy(name -> assertThat(tests).contains(name));
    }

    /** A Git host makes anchors lower case, so the alerts' links have to be. */
    @Test
    void everyRunbookOfAnAlertLeadsToAHeading() throws IOException {
        List<String> anchors = Pattern.compile("runbook_url: '\\{\\{ with .*/runbook/\\{\\{ end }}([^']+)'")
                .matcher(Files.readString(Path.of("grafana", "rules", "alerts.yaml")))
                .results()
                .map(link -> link.group(1))
                .flatMap(anchor -> anchor.equals("{{ $labels.finding }}")
                        ? Catalogue.standard().ids().stream().map(FindingId::label)
                        : Stream.of(anchor))
                .collect(Collectors.toList());
        assertThat(anchors).hasSizeGreaterThan(Catalogue.standard().ids().size());
        assertThat(SiteSource.anchors(Files.readString(RULES))).containsAll(anchors);
    }

    @Test
    void indexAndReadmeListEveryPageInTheSameGroups() throws IOException {
        try (Stream<Path> pages = Files.list(PAGES)) {
            assertThat(pagesOf(Files.readString(INDEX)))
                    .containsExactlyInAnyOrderElementsOf(pages.map(Path::getFileName)
                            .map(Path::toString)
                            .filter(name -> !name.equals("index.md"))
                            .collect(Collectors.toList()));
        }
        String readme = Files.readString(README);
        for (String group : Files.readString(INDEX).split("\n## ", -1)) {
            if (!group.startsWith("# ")) {
                String name = group.lines().findFirst().orElseThrow();
                String row = readme.lines()
                        .filter(line -> line.contains("**" + name + "**"))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("not in the README: " + name));
                assertThat(pagesOf(row)).isEqualTo(pagesOf(group));
            }
        }
    }

    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(Files.readString(README).split("\\s+")).hasSizeLessThanOrEqualTo(1200);
    }

    @Test
    void onTheSiteEveryLinkStaysWithinItAndLeadsToAnAnchor() throws IOException {
        SiteSource.prepare(SITE, folder);
        Path pages = folder.resolve("markdown");
        List<String> broken = new ArrayList<>();
        for (Path page : markdown(pages)) {
            String text = Files.readString(page);
            assertThat(text).startsWith("---\ntitle: ").contains("\ndescription: ");
            for (String link : SiteSource.links(text)) {
                String path = link.replaceFirst("#.*", "");
                Path file = (path.endsWith(".md") ? pages : folder.resolve("resources")).resolve(path);
                boolean there = Files.isRegularFile(file)
                        && (!link.contains("#")
                                || Files.readString(file)
                                        .contains("<a id=\"" + link.substring(path.length() + 1) + "\"></a>"));
                if (!there) {
                    broken.add(page.getFileName() + ": " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(Files.readString(folder.resolve("site.xml")))
                .contains("<item name=\"Glossary\" href=\"glossary.html\"/>");
    }

    private static boolean leadsSomewhere(Path page, String link) {
        String path = link.replaceFirst("#.*", "");
        Path file = path.isEmpty() ? page : page.toAbsolutePath().resolveSibling(path);
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try {
            return !link.contains("#")
                    || SiteSource.anchors(Files.readString(file)).contains(link.substring(path.length() + 1));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>(List.of(README, Path.of("CONTRIBUTING.md"), Path.of("CHANGELOG.md")));
        documents.addAll(markdown(PAGES));
        return documents;
    }

    private static List<Path> markdown(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .collect(Collectors.toList());
        }
    }

    /** The names of pages that this text links to, in its order. */
    private static List<String> pagesOf(String text) {
        return SiteSource.links(text).stream()
                .map(link -> Path.of(link).getFileName().toString())
                .filter(name -> name.endsWith(".md") && !name.equals("README.md"))
                .collect(Collectors.toList());
    }
}
