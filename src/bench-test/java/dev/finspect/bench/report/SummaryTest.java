package dev.finspect.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Medians and ratios of a few values. */
final class SummaryTest {
    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
        assertThat(Summary.of(new double[] {4, 1, 3, 2})).contains(new Summary(2.5, 1, 4));
    }

    @Test
    void valuesThatAreNoNumberAreLeftOut() {
        assertThat(Summary.of(new double[] {Double.NaN, 7})).contains(new Summary(7, 7, 7));
        assertThat(Summary.of(new double[] {Double.NaN})).isEmpty();
    }

    @Test
    void ratiosAreThoseOfEachRound() {
        double[] ratios = Summary.ratios(new double[] {10, 20, Double.NaN}, new double[] {5, 40, 1});
        assertThat(ratios).containsExactly(2, 0.5, Double.NaN);
    }
}
