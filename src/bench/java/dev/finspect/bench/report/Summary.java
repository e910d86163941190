package dev.finspect.bench.report;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The median of some values, with the least and the greatest. */
record Summary(double median, double min, double max) {
    /** The summary of those values that are numbers; empty if none is. */
    static Optional<Summary> of(double[] values) {
        double[] sorted =
                Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
        if (sorted.length == 0) {
            return Optional.empty();
        }
        int half = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return Optional.of(new Summary(median, sorted[0], sorted[sorted.length - 1]));
    }

    /** The first's values divided by the second's, round by round; not a number where one is missing. */
    static double[] ratios(double[] first, double[] second) {
        double[] ratios = new double[Math.min(first.length, second.length)];
        Arrays.setAll(ratios, round -> first[round] / second[round]);
        return ratios;
    }

    /** As {@code median (min to max)}. */
    String text(int decimals) {
        String number = "%,." + decimals + "f";
        return String.format(Locale.ROOT, number + " (" + number + " to " + number + ")", median, min, max);
    }
}
