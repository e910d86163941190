package dev.finspect.admin;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for of an explanation.
 *
 * @param all whether every session is explained, not only one of each of the worst causes
 * @param after in the place of the configured thresholds; null for these
 * @param shown what is shown of records
 */
record ExplainQuery(Format format, boolean all, @Nullable Duration after, Shown shown) {
    private static final List<String> NAMES = List.of("format", "color", "all", "after", Shown.PARAMETER);
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(ms|s|m|h|)");
    private static final double LEAST_SECONDS = 0.001;
    private static final double MOST_SECONDS = 86_400;

    /** Parses the query parameters. */
    static ExplainQuery of(Map<String, List<String>> parameters) throws BadQuery {
        for (String name : parameters.keySet()) {
            if (!NAMES.contains(name)) {
                throw new BadQuery("unknown parameter \"" + name + "\": valid are " + String.join(", ", NAMES));
            }
        }
        boolean all = parameters.getOrDefault("all", List.of("false")).equals(List.of("true"));
        List<String> after = parameters.get("after");
        return new ExplainQuery(
                Format.of(parameters), all, after == null ? null : duration(after.get(0)), Shown.of(parameters));
    }

    /** A number with its unit; one without counts seconds. */
    private static Duration duration(String text) throws BadQuery {
        Matcher matcher = DURATION.matcher(text);
        if (matcher.matches()) {
            double unit = switch (matcher.group(2)) {
                case "ms" -> 0.001;
                case "m" -> 60;
                case "h" -> 3_600;
                default -> 1;
            };
            double seconds = Double.parseDouble(matcher.group(1)) * unit;
            if (seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS) {
                return Duration.ofNanos((long) (seconds * 1e9));
            }
        }
        throw new BadQuery("after must be a duration from 1ms to 24h, for example 5s or 500ms");
    }

    /** The form of an explanation. */
    enum Format {
        JSON,
        /** A JSON document for each session, a line for each. */
        NDJSON,
        TEXT,
        COLOURED_TEXT,
        /** A line for each cause. */
        TABLE,
        COLOURED_TABLE;

        boolean isJson() {
            return this == JSON || this == NDJSON;
        }

        boolean isTable() {
            return this == TABLE || this == COLOURED_TABLE;
        }

        boolean isColoured() {
            return this == COLOURED_TEXT || this == COLOURED_TABLE;
        }

        /** Parses the query parameters. */
        static Format of(Map<String, List<String>> parameters) throws BadQuery {
            List<String> format = parameters.getOrDefault("format", List.of("json"));
            boolean coloured =
                    parameters.getOrDefault("color", List.of("never")).equals(List.of("always"));
            return switch (String.join(",", format)) {
                case "json" -> JSON;
                case "ndjson" -> NDJSON;
                case "text" -> coloured ? COLOURED_TEXT : TEXT;
                case "table" -> coloured ? COLOURED_TABLE : TABLE;
                default -> throw new BadQuery("format must be json, ndjson, text or table");
            };
        }
    }
}
