package dev.finspect.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Prepares {@code src/site} for the site plugin: pages as a Git host shows them become pages that Doxia renders with the
 * same links. Doxia gives headings other anchors, and cannot link to files outside its folder. So headings get the
 * anchors of a Git host here, and linked files of the repository are copied beside the pages. Each page gets a title and a
 * description for search engines, and the menu is made from the index page.
 *
 * <p>Uses the JDK alone, since the build starts it as a source file: {@code java SiteSource.java SITE TARGET}.
 */
public final class SiteSource {
    /** A link or picture of Markdown, or an attribute of HTML: its target is one of the groups. */
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)|\\b(?:href|src|srcset)=\"([^\"]+)\"");

    private static final Pattern HEADING = Pattern.compile("(#{1,6}) +(.+)");
    private static final Pattern MENU_GROUP = Pattern.compile("## (.+)");
    private static final Pattern MENU_ITEM = Pattern.compile("- \\[([^]]+)]\\(([^)]+)\\):? ?(.*)");
    private static final Pattern CODE = Pattern.compile("`[^`]*`");
    private static final int DESCRIPTION_CHARS = 300;

    private final Path site;
    private final Path target;
    private final Map<String, String> titles = new HashMap<>();

    private SiteSource(Path site, Path target) {
        this.site = site.toAbsolutePath().normalize();
        this.target = target;
    }

    public static void main(String[] folders) throws IOException {
        if (folders.length != 2) {
            throw new IllegalArgumentException("usage: SiteSource SITE TARGET");
        }
        prepare(Path.of(folders[0]), Path.of(folders[1]));
    }

    /** Fills the target with what the site plugin needs. */
    static void prepare(Path site, Path target) throws IOException {
        new SiteSource(site, target).prepare();
    }

    private void prepare() throws IOException {
        copyFolder(site.resolve("resources"), target.resolve("resources"));
        Path pages = site.resolve("markdown");
        String menus = menus(Files.readString(pages.resolve("index.md")));
        try (Stream<Path> files = Files.list(pages)) {
            for (Path page : files.sorted().collect(Collectors.toList())) {
                write(target.resolve("markdown").resolve(page.getFileName().toString()), prepared(page));
            }
        }
        String descriptor = Files.readString(site.resolve("site.xml"));
        write(target.resolve("site.xml"), descriptor.replace("</body>", menus + "  </body>"));
    }

    private String prepared(Path page) throws IOException {
        String text = Files.readString(page);
        List<String> anchors = anchors(text);
        int[] next = {0};
        String body = outsideFences(text, line -> {
            Matcher heading = HEADING.matcher(line);
            String linked = replaceTargets(line, link -> published(page, link));
            if (!heading.matches()) {
                return linked;
            }
            String anchor = anchors.get(next[0]++);
            return linked.replaceFirst("^(#+) +", "$1 <a id=\"" + Matcher.quoteReplacement(anchor) + "\"></a>");
        });
        String name = page.getFileName().toString();
        return "---\ntitle: " + titles.getOrDefault(name, headline(text)) + "\ndescription: " + description(text)
                + "\n---\n\n" + body;
    }

    /** A link of this page as it must read on the site. */
    private String published(Path page, String link) {
        if (isExternal(link)) {
            return link;
        }
        String path = link.replaceFirst("#.*", "");
        String anchor = link.substring(path.length());
        if (path.isEmpty()) {
            return page.getFileName() + anchor;
        }
        Path file = page.resolveSibling(path).normalize();
        Path resources = site.resolve("resources");
        if (file.startsWith(site.resolve("markdown"))) {
            return link;
        }
        if (file.startsWith(resources)) {
            return resources.relativize(file) + anchor;
        }
        Path inRepository =
                Path.of("files").resolve(site.resolve("../..").normalize().relativize(file));
        try {
            Path copy = target.resolve("resources").resolve(inRepository);
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(page + " links to " + link, e);
        }
        return inRepository + anchor;
    }

    /** The groups and pages of the index as the menu of the site. A page's line in it is its title too. */
    private String menus(String index) {
        StringBuilder menus = new StringBuilder();
        for (String line : index.lines().collect(Collectors.toList())) {
            Matcher group = MENU_GROUP.matcher(line);
            Matcher item = MENU_ITEM.matcher(line);
            if (group.matches()) {
                menus.append(menus.length() == 0 ? "" : "    </menu>\n")
                        .append("    <menu name=\"")
                        .append(escaped(group.group(1)))
                        .append("\">\n");
            } else if (item.matches()) {
                menus.append("      <item name=\"")
                        .append(escaped(item.group(1)))
                        .append("\" href=\"")
                        .append(item.group(2).replaceFirst("\\.md$", ".html"))
                        .append("\"/>\n");
                titles.put(item.group(2), item.group(1) + ": " + item.group(3).replaceAll("[`*]|\\.$", ""));
            }
        }
        return menus + "    </menu>\n";
    }

    private static boolean isExternal(String link) {
        return link.matches("[a-z]+:.*");
    }

    /** The targets of all links and pictures of a page, code left out. */
    static List<String> links(String text) {
        List<String> links = new ArrayList<>();
        outsideFences(
                text,
                line -> replaceTargets(line, link -> {
                    links.add(link);
                    return link;
                }));
        links.removeIf(SiteSource::isExternal);
        return links;
    }

    /** The anchors that a Git host gives to the headings, in their order. */
    static List<String> anchors(String text) {
        Map<String, Integer> seen = new HashMap<>();
        List<String> anchors = new ArrayList<>();
        outsideFences(text, line -> {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                String slug = heading.group(2)
                        .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-');
                int before = seen.merge(slug, 1, Integer::sum) - 1;
                anchors.add(before == 0 ? slug : slug + "-" + before);
            }
            return line;
        });
        return anchors;
    }

    /** The text with this done to each line that is no code. */
    private static String outsideFences(String text, UnaryOperator<String> change) {
        StringBuilder result = new StringBuilder();
        boolean fenced = false;
        for (String line : text.split("\n", -1)) {
            boolean fence = line.strip().startsWith("```");
            result.append(fenced || fence ? line : change.apply(line)).append('\n');
            fenced ^= fence;
        }
        result.setLength(result.length() - 1);
        return result.toString();
    }

    private static String replaceTargets(String line, UnaryOperator<String> change) {
        List<MatchResult> code = CODE.matcher(line).results().collect(Collectors.toList());
        Matcher link = LINK.matcher(line);
        StringBuilder result = new StringBuilder();
        while (link.find()) {
            int at = link.start();
            boolean inCode = code.stream().anyMatch(each -> each.start() < at && at < each.end());
            String old = link.group(1) == null ? link.group(2) : link.group(1);
            String whole = inCode ? link.group() : link.group().replace(old, change.apply(old));
            link.appendReplacement(result, Matcher.quoteReplacement(whole));
        }
        link.appendTail(result);
        return result.toString();
    }

    private static String headline(String text) {
        return text.lines()
                .filter(line -> line.startsWith("# "))
                .findFirst()
                .map(line -> line.substring(2))
                .orElseThrow();
    }

    /** The first paragraph, without markup. */
    private static String description(String text) {
        String paragraph = text.lines()
                .dropWhile(
                        line -> line.isBlank() || line.startsWith("#") || line.startsWith("<") || line.startsWith("!"))
                .takeWhile(line -> !line.isBlank())
                .collect(Collectors.joining(" "))
                .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                .replaceAll("[`*]", "");
        return paragraph.length() <= DESCRIPTION_CHARS
                ? paragraph
                : paragraph.substring(0, paragraph.lastIndexOf(' ', DESCRIPTION_CHARS)) + " ...";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    private static void copyFolder(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).collect(Collectors.toList())) {
                Path copy = to.resolve(from.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
