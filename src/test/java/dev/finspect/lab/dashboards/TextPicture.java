package dev.finspect.lab.dashboards;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Text of a terminal as an SVG, in a light or a dark scheme, and back. */
final class TextPicture {
    private static final double CELL_WIDTH = 7.2;
    private static final int LINE_HEIGHT = 17;
    private static final int MARGIN = 16;
    private static final Pattern LINE = Pattern.compile("<text [^>]*>([^<]*)</text>");
    private static final Pattern LADDER = Pattern.compile("[ 0-9.]*[|~].*|.*client +finspect +upstream.*");
    private static final Pattern HEAD = Pattern.compile("session .*|would contradict it|next| +time +source +fact");
    private static final Pattern VERDICT = Pattern.compile("  [a-z-]+, (proved|likely|possible)\\b.*");

    /** Colours, as SVG has them. */
    enum Scheme {
        LIGHT("#f6f8fa", "#d0d7de", "#1f2328", "#59636e", "#0550ae", "#b35900"),
        DARK("#0d1117", "#3d444d", "#e6edf3", "#9198a1", "#79c0ff", "#ffa657");

        private final String ground;
        private final String frame;
        private final String text;
        private final String faint;
        private final String ladder;
        private final String verdict;

        Scheme(String ground, String frame, String text, String faint, String ladder, String verdict) {
            this.ground = ground;
            this.frame = frame;
            this.text = text;
            this.faint = faint;
            this.ladder = ladder;
            this.verdict = verdict;
        }

        private String style(String line) {
            if (VERDICT.matcher(line).matches()) {
                return "fill=\"" + verdict + "\" font-weight=\"bold\"";
            }
            if (line.startsWith("$ ") || HEAD.matcher(line).matches()) {
                return "fill=\"" + text + "\" font-weight=\"bold\"";
            }
            if (line.startsWith("  # ")) {
                return "fill=\"" + faint + '"';
            }
            return "fill=\"" + (LADDER.matcher(line).matches() ? ladder : text) + '"';
        }
    }

    private TextPicture() {}

    /** The picture; a description of it is for those who cannot see it. */
    static String drawn(String text, String description, Scheme scheme) {
        List<String> lines = text.lines().collect(Collectors.toList());
        int columns = lines.stream().mapToInt(String::length).max().orElse(0);
        String width = number(2 * MARGIN + columns * CELL_WIDTH);
        int height = 2 * MARGIN + lines.size() * LINE_HEIGHT;
        StringBuilder svg = new StringBuilder()
                .append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
                .append(width)
                .append(' ')
                .append(height)
                .append("\" width=\"")
                .append(width)
                .append("\" height=\"")
                .append(height)
                .append(
                        "\" role=\"img\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"12\">\n")
                .append("<title>")
                .append(escaped(description))
                .append("</title>\n<rect x=\"0.5\" y=\"0.5\" width=\"")
                .append(number(2 * MARGIN + columns * CELL_WIDTH - 1))
                .append("\" height=\"")
                .append(height - 1)
                .append("\" rx=\"8\" fill=\"")
                .append(scheme.ground)
                .append("\" stroke=\"")
                .append(scheme.frame)
                .append("\"/>\n");
        int baseline = MARGIN + 12;
        for (String line : lines) {
            if (!line.isBlank()) {
                // The length makes columns stand where they should, whatever font there is.
                svg.append("<text xml:space=\"preserve\" x=\"")
                        .append(MARGIN)
                        .append("\" y=\"")
                        .append(baseline)
                        .append("\" textLength=\"")
                        .append(number(line.length() * CELL_WIDTH))
                        .append("\" lengthAdjust=\"spacingAndGlyphs\" ")
                        .append(scheme.style(line))
                        .append('>')
                        .append(escaped(line))
                        .append("</text>\n");
            }
            baseline += LINE_HEIGHT;
        }
        return svg.append("</svg>\n").toString();
    }

    /** The text that a picture shows, without its blank lines. */
    static String text(String svg) {
        StringBuilder text = new StringBuilder();
        Matcher line = LINE.matcher(svg);
        while (line.find()) {
            text.append(line.group(1).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
                    .append('\n');
        }
        return text.toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
