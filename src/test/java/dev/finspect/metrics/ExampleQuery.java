package dev.finspect.metrics;

import java.util.stream.Collectors;

/** A query of each meter to begin with, by what kind it is: the metrics page shows it. */
final class ExampleQuery {
    private ExampleQuery() {}

    static String of(Meters meter) {
        String name = meter.exposedName();
        String by = meter.labels().stream().map(LabelKey::key).collect(Collectors.joining(", "));
        return switch (meter.type()) {
            case HISTOGRAM -> "histogram_quantile(0.99, sum by (le, " + by + ") (rate(" + name + "_bucket[5m])))";
            case COUNTER -> by.isEmpty() ? "rate(" + name + "[5m])" : "sum by (" + by + ") (rate(" + name + "[5m]))";
            case GAUGE -> by.isEmpty() ? name : "max by (instance, " + by + ") (" + name + ")";
        };
    }
}
