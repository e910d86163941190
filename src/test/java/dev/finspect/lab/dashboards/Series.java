package dev.finspect.lab.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One series of an answer of Prometheus to a range query.
 *
 * @param name as the panel's legend has it
 * @param atSeconds Unix time of each point
 * @param values as many; NaN where there is none
 */
record Series(String name, Map<String, String> labels, List<Long> atSeconds, List<Double> values) {
    /** All series of an answer to a range query. */
    static List<Series> of(JsonNode matrix, String legend) {
        List<Series> all = new ArrayList<>();
        for (JsonNode each : matrix) {
            Map<String, String> labels = new TreeMap<>();
            each.at("/metric")
                    .properties()
                    .forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
            List<Long> times = new ArrayList<>();
            List<Double> values = new ArrayList<>();
            for (JsonNode point : each.at("/values")) {
                times.add(point.at("/0").asLong());
                values.add(number(point.at("/1").asText()));
            }
            all.add(new Series(name(labels, legend), labels, times, values));
        }
        return all;
    }

    /** The last value; NaN when there is none. */
    double last() {
        return values.isEmpty() ? Double.NaN : values.get(values.size() - 1);
    }

    /** When that was; 0 when there is none. */
    long lastAtSeconds() {
        return atSeconds.isEmpty() ? 0 : atSeconds.get(atSeconds.size() - 1);
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static String name(Map<String, String> labels, String legend) {
        if (legend.isEmpty() || legend.equals("__auto")) {
            return labels.isEmpty() ? "value" : String.join(" ", labels.values());
        }
        String name = legend;
        for (Map.Entry<String, String> label : labels.entrySet()) {
            name = name.replace("{{" + label.getKey() + "}}", label.getValue());
        }
        return name;
    }
}
