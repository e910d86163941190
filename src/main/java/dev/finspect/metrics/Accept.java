package dev.finspect.metrics;

import java.util.Locale;

/** Reads an Accept header (RFC 9110 section 12.5.1) as far as the two formats of a metrics page need it. */
final class Accept {
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final String TEXT = "text/plain";

    private Accept() {}

    /** Whether OpenMetrics is asked for by name, and plain text not more urgently. */
    static boolean prefersOpenMetrics(String header) {
        double openMetrics = 0;
        double text = 0;
        for (String range : header.split(",", -1)) {
            String[] parts = range.toLowerCase(Locale.ROOT).split(";", -1);
            String type = parts[0].strip();
            if (type.equals(OPEN_METRICS)) {
                openMetrics = Math.max(openMetrics, quality(parts));
            } else if (type.equals(TEXT)) {
                text = Math.max(text, quality(parts));
            }
        }
        return openMetrics > 0 && openMetrics >= text;
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2));
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
