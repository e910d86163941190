package dev.finspect.lab.dashboards;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the answers to one panel's questions, as Grafana would about draw them. */
final class PanelPainter {
    private static final Font PLAIN = new Font("DejaVu Sans", Font.PLAIN, 11);
    private static final Font TITLE = new Font("DejaVu Sans", Font.BOLD, 12);
    private static final Font HUGE = new Font("DejaVu Sans", Font.BOLD, 34);
    private static final Color FRAME = new Color(0xd8, 0xd8, 0xd8);
    private static final Color WARM = new Color(0xe0, 0x60, 0x10);
    private static final int TITLE_HEIGHT = 22;
    private static final int LINE_HEIGHT = 18;
    private static final int MOST_SERIES = 9;
    private static final int AXIS_HEIGHT = 14;
    /** A row of a timeline has at most this share of the panel. */
    private static final int MOST_SHARE = 4;

    private final Graphics2D g;

    PanelPainter(Graphics2D graphics) {
        this.g = graphics;
    }

    /** Draws it there, in pixels. */
    void paint(Panel panel, List<Series> series, Rectangle where) {
        if (panel.type().equals("row")) {
            g.setFont(TITLE);
            g.setColor(Color.DARK_GRAY);
            g.drawString("▾ " + panel.title(), where.x + 4, where.y + where.height - 8);
            return;
        }
        g.setColor(Color.WHITE);
        g.fill(where);
        g.setColor(FRAME);
        g.setStroke(new BasicStroke(1));
        g.draw(where);
        g.setFont(TITLE);
        g.setColor(Color.BLACK);
        g.drawString(panel.title(), where.x + 8, where.y + 16);
        Rectangle inside =
                new Rectangle(where.x + 4, where.y + TITLE_HEIGHT, where.width - 8, where.height - TITLE_HEIGHT - 4);
        g.setFont(PLAIN);
        if (series.isEmpty()) {
            g.drawString("no data", inside.x + inside.width / 2 - 20, inside.y + inside.height / 2);
            return;
        }
        switch (panel.type()) {
            case "stat" -> number(panel, series.get(0), inside);
            case "table" -> table(series, inside);
            case "heatmap" -> heat(panel, series, inside);
            case "state-timeline" -> states(series, inside);
            case "timeseries" -> lines(panel, series, inside);
            default -> throw new AssertionError("a panel of an unknown type: " + panel.type());
        }
    }

    private void number(Panel panel, Series series, Rectangle where) {
        g.setFont(HUGE);
        String text = Units.shown(series.last(), panel.unit());
        FontMetrics metrics = g.getFontMetrics();
        g.setColor(Color.DARK_GRAY);
        g.drawString(
                text,
                where.x + (where.width - metrics.stringWidth(text)) / 2,
                where.y + (where.height + metrics.getAscent()) / 2 - 4);
    }

    private void lines(Panel panel, List<Series> series, Rectangle where) {
        XYChart chart =
                new XYChartBuilder().width(where.width).height(where.height).build();
        XYStyler styler = chart.getStyler();
        styler.setLegendPosition(Styler.LegendPosition.OutsideE);
        styler.setLegendLayout(Styler.LegendLayout.Vertical);
        styler.setLegendFont(PLAIN.deriveFont(9f));
        styler.setLegendBorderColor(Color.WHITE);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setChartPadding(2);
        styler.setAxisTickLabelsFont(PLAIN.deriveFont(9f));
        styler.setxAxisTickLabelsFormattingFunction(value -> Units.shown(value, "s"));
        styler.setyAxisTickLabelsFormattingFunction(value -> Units.shown(value, panel.unit()));
        // From 0 to a round number above all values, so that each axis has numbers however small or equal they are.
        double highest = series.stream()
                .flatMap(each -> each.values().stream())
                .mapToDouble(PanelPainter::finite)
                .max()
                .orElse(0);
        styler.setYAxisMin(0.0);
        styler.setYAxisMax(highest <= 0 ? 1 : roundAbove(highest));
        styler.setYAxisTickMarkSpacingHint(28);
        List<Series> shown = series.stream()
                .sorted(Comparator.comparingDouble((Series each) -> -finite(each.last())))
                .limit(MOST_SERIES)
                .toList();
        long first = shown.stream()
                .flatMap(each -> each.atSeconds().stream())
                .mapToLong(at -> at)
                .min()
                .orElse(0);
        for (Series each : shown) {
            List<Long> times = new ArrayList<>();
            List<Double> values = new ArrayList<>();
            for (int i = 0; i < each.values().size(); i++) {
                if (Double.isFinite(each.values().get(i))) {
                    times.add(each.atSeconds().get(i) - first);
                    values.add(each.values().get(i));
                }
            }
            if (!values.isEmpty()) {
                chart.addSeries(each.name(), times, values)
                        .setMarker(SeriesMarkers.NONE)
                        .setLineWidth(1.5f);
            }
        }
        Graphics2D part = (Graphics2D) g.create(where.x, where.y, where.width, where.height);
        chart.paint(part, where.width, where.height);
        part.dispose();
    }

    /** Those that are there at the end. */
    private void table(List<Series> all, Rectangle where) {
        long end = all.stream().mapToLong(Series::lastAtSeconds).max().orElse(0);
        List<Series> series =
                all.stream().filter(each -> each.lastAtSeconds() == end).toList();
        TreeSet<String> columns = new TreeSet<>();
        series.forEach(each -> columns.addAll(each.labels().keySet()));
        int width = where.width / (columns.size() + 1);
        int y = where.y + LINE_HEIGHT;
        g.setFont(PLAIN.deriveFont(Font.BOLD));
        int x = where.x + 6;
        for (String column : columns) {
            g.drawString(column, x, y);
            x += width;
        }
        g.drawString("sessions", x, y);
        g.setFont(PLAIN);
        for (Series each : series) {
            y += LINE_HEIGHT;
            x = where.x + 6;
            for (String column : columns) {
                g.drawString(each.labels().getOrDefault(column, ""), x, y);
                x += width;
            }
            g.drawString(Units.shown(each.last(), "short"), x, y);
        }
    }

    /** A cell for each bucket and time; buckets are cumulative, as Prometheus has them. */
    private void heat(Panel panel, List<Series> series, Rectangle where) {
        Map<Double, Series> byBound = new TreeMap<>();
        for (Series each : series) {
            String bound = each.labels().getOrDefault("le", "");
            byBound.put(bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound), each);
        }
        List<Double> bounds = new ArrayList<>(byBound.keySet());
        int rows = bounds.size();
        Map<Long, double[]> columns = new TreeMap<>();
        double most = 0;
        for (int row = 0; row < rows; row++) {
            Series each = byBound.getOrDefault(bounds.get(row), series.get(0));
            for (int i = 0; i < each.values().size(); i++) {
                columns.computeIfAbsent(each.atSeconds().get(i), at -> new double[rows])[row] =
                        each.values().get(i);
            }
        }
        for (double[] column : columns.values()) {
            for (int row = rows - 1; row > 0; row--) {
                column[row] = Math.max(0, column[row] - column[row - 1]);
                most = Math.max(most, column[row]);
            }
            most = Math.max(most, column[0]);
        }
        int left = where.x + 60;
        double cellWidth = (where.width - 64.0) / columns.size();
        double cellHeight = (where.height - 4.0 - AXIS_HEIGHT) / rows;
        List<Long> at = new ArrayList<>(columns.keySet());
        int number = 0;
        for (double[] column : columns.values()) {
            for (int row = 0; row < rows; row++) {
                double strength = most == 0 ? 0 : Math.sqrt(column[row] / most);
                g.setColor(mixed(Color.WHITE, WARM, strength));
                g.fillRect(
                        left + (int) (number * cellWidth),
                        where.y + (int) ((rows - 1 - row) * cellHeight),
                        (int) Math.ceil(cellWidth),
                        (int) Math.ceil(cellHeight));
            }
            number++;
        }
        g.setColor(Color.DARK_GRAY);
        g.setFont(PLAIN.deriveFont(9f));
        for (int row = 0; row < rows; row += 2) {
            g.drawString(
                    Double.isInfinite(bounds.get(row)) ? "more" : "≤ " + Units.shown(bounds.get(row), panel.unit()),
                    where.x + 2,
                    where.y + (int) ((rows - row) * cellHeight) - 1);
        }
        if (!at.isEmpty()) {
            times(at.get(at.size() - 1) - at.get(0), left, where);
        }
    }

    private void states(List<Series> series, Rectangle where) {
        TreeSet<Long> times = new TreeSet<>();
        series.forEach(each -> times.addAll(each.atSeconds()));
        List<Series> sorted = series.stream()
                .sorted(Comparator.comparing(Series::name))
                .limit((where.height - AXIS_HEIGHT) / 14)
                .toList();
        double most = sorted.stream()
                .flatMap(each -> each.values().stream())
                .mapToDouble(value -> value)
                .max()
                .orElse(1);
        g.setFont(PLAIN.deriveFont(10f));
        int labels = sorted.stream()
                        .mapToInt(each -> g.getFontMetrics().stringWidth(each.name()))
                        .max()
                        .orElse(0)
                + 12;
        double height = (double) (where.height - AXIS_HEIGHT) / Math.max(MOST_SHARE, sorted.size());
        double width = (where.width - (double) labels) / Math.max(1, times.last() - times.first() + 1);
        for (int row = 0; row < sorted.size(); row++) {
            Series each = sorted.get(row);
            int y = where.y + (int) (row * height);
            g.setColor(Color.DARK_GRAY);
            g.drawString(each.name(), where.x + 4, y + (int) (height * 0.7));
            for (int i = 0; i < each.values().size(); i++) {
                g.setColor(
                        mixed(new Color(0x9f, 0xc5, 0xe8), WARM, each.values().get(i) / most));
                g.fillRect(
                        where.x + labels + (int) ((each.atSeconds().get(i) - times.first()) * width),
                        y + 1,
                        (int) Math.ceil(width * step(each)),
                        (int) height - 2);
                boolean news = i == 0
                        || !each.values().get(i).equals(each.values().get(i - 1))
                        || each.atSeconds().get(i) - each.atSeconds().get(i - 1) > step(each);
                if (news) {
                    g.setColor(Color.BLACK);
                    g.drawString(
                            Units.shown(each.values().get(i), "short"),
                            where.x + labels + 2 + (int) ((each.atSeconds().get(i) - times.first()) * width),
                            y + (int) (height * 0.7));
                }
            }
        }
        times(times.last() - times.first(), where.x + labels, where);
    }

    /** 1, 2 or 5 with zeros. */
    private static double roundAbove(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= value) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    /** Times below what is drawn from {@code left} on. */
    private void times(long seconds, int left, Rectangle where) {
        g.setColor(Color.DARK_GRAY);
        g.setFont(PLAIN.deriveFont(9f));
        int numbers = 6;
        for (int i = 0; i <= numbers; i++) {
            String text = Units.shown((double) seconds * i / numbers, "s");
            int x = left + (where.x + where.width - left) * i / numbers;
            int width = g.getFontMetrics().stringWidth(text);
            g.drawString(text, Math.min(x, where.x + where.width - width), where.y + where.height - 2);
        }
    }

    private static long step(Series series) {
        return series.atSeconds().size() < 2
                ? 1
                : Math.max(1, series.atSeconds().get(1) - series.atSeconds().get(0));
    }

    private static double finite(double value) {
        return Double.isFinite(value) ? value : -1;
    }

    private static Color mixed(Color from, Color to, double part) {
        return new Color(
                (int) (from.getRed() + (to.getRed() - from.getRed()) * part),
                (int) (from.getGreen() + (to.getGreen() - from.getGreen()) * part),
                (int) (from.getBlue() + (to.getBlue() - from.getBlue()) * part));
    }
}
