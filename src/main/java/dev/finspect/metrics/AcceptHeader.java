package dev.finspect.metrics;

import java.util.Locale;

/** Chooses between the two formats of the metrics page by the Accept header (RFC 9110 section 12.5.1). */
final class AcceptHeader {
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final String TEXT = "text/plain";

    private AcceptHeader() {}

    /** Whether the client lists OpenMetrics, with a quality not below that of plain text. */
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
