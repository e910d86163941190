package dev.finspect.bench;

import dev.finspect.bench.figure.Figure;
import dev.finspect.bench.figure.Measure;
import dev.finspect.bench.proxy.Proxy;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Progress on standard error while the benchmark runs: the values of each run. */
final class Progress {
    private Progress() {}

    static void say(String line) {
        System.err.println("bench: " + line);
    }

    static void turn(Figure figure, Proxy proxy, int round, int rounds, Map<Measure, Double> values) {
        String numbers = figure.measures().stream()
                .map(measure -> number(measure, values.getOrDefault(measure, Double.NaN)))
                .collect(Collectors.joining(", "));
        say(figure.title() + ", round " + round + " of " + rounds + ", " + proxy.name() + ": " + numbers);
    }

    private static String number(Measure measure, double value) {
        return Double.isNaN(value)
                ? "no " + measure.unit()
                : String.format(Locale.ROOT, "%,." + measure.decimals() + "f ", value) + measure.unit();
    }
}
