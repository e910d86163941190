package dev.finspect.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page of findings in parts, one for each of its headings: where the links of alerts lead. It is the page of this version,
 * and has nothing of this process.
 */
final class Runbook {
    /** Before the name of a part; anyone may read these. */
    static final String PATH = "/runbook/";

    /** The page, which the build puts beside the classes. */
    private static final String PAGE = "/dev/finspect/rules.md";

    private static final Pattern HEADING = Pattern.compile("(?m)^#+ `?([^`\\n]+?)`?$");

    private Runbook() {}

    /** The part under this heading, in any case; empty without one. */
    static Optional<String> part(String name) {
        return Optional.ofNullable(Parts.BY_NAME.get(name.toLowerCase(Locale.ROOT)));
    }

    private static final class Parts {
        static final Map<String, String> BY_NAME = split(page());

        private static String page() {
            try (InputStream page = Runbook.class.getResourceAsStream(PAGE)) {
                return page == null ? "" : new String(page.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static Map<String, String> split(String page) {
            Map<String, String> parts = new LinkedHashMap<>();
            Matcher heading = HEADING.matcher(page);
            String name = "";
            int from = 0;
            while (heading.find()) {
                parts.put(name, page.substring(from, heading.start()).strip());
                name = heading.group(1).toLowerCase(Locale.ROOT);
                from = heading.start();
            }
            parts.put(name, page.substring(from).strip());
            parts.remove("");
            return parts;
        }
    }
}
