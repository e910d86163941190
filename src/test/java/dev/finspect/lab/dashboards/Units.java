package dev.finspect.lab.dashboards;

import java.util.Locale;

/** Numbers as Grafana writes them in a unit of its own. */
final class Units {
    private static final String[] POWERS = {"", "k", "M", "G"};

    private Units() {}

    static String shown(double value, String unit) {
        if (Double.isNaN(value)) {
            return "no data";
        }
        return switch (unit) {
            case "s" -> seconds(value);
            case "percentunit" -> text(100 * value) + " %";
            case "bytes", "decbytes" -> powers(value, 1024) + "B";
            case "Bps", "binBps" -> powers(value, 1000) + "B/s";
            case "bps", "binbps" -> powers(value, 1000) + "b/s";
            case "ops", "reqps", "cps", "wps" -> text(value) + "/s";
            default -> powers(value, 1000);
        };
    }

    private static String seconds(double value) {
        double size = Math.abs(value);
        if (size == 0) {
            return "0 s";
        }
        return size < 1e-3
                ? text(value * 1e6) + " µs"
                : size < 1 ? text(value * 1e3) + " ms" : size < 120 ? text(value) + " s" : text(value / 60) + " min";
    }

    private static String powers(double value, int step) {
        double left = value;
        int power = 0;
        while (Math.abs(left) >= step && power < POWERS.length - 1) {
            left /= step;
            power++;
        }
        return text(left) + (POWERS[power].isEmpty() ? "" : " " + POWERS[power]);
    }

    private static String text(double value) {
        double size = Math.abs(value);
        String format = size == 0 || size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
        String text = String.format(Locale.ROOT, format, value);
        return text.indexOf('.') < 0 ? text : text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}
