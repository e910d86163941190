package dev.finspect.bench.report;

import dev.finspect.bench.figure.Figure;
import dev.finspect.bench.figure.Measure;
import dev.finspect.bench.proxy.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The values of all runs, by figure, contender, measure and round. */
public final class Results {
    private final int rounds;
    private final Map<Key, double[]> values = new HashMap<>();
    private final List<String> failures = new ArrayList<>();
    private final List<String> disturbances = new ArrayList<>();

    private record Key(String figure, String proxy, Measure measure) {}

    /** No values yet, of so many rounds. */
    public Results(int rounds) {
        this.rounds = rounds;
    }

    /** Keeps what one run gave. */
    public void add(Figure figure, Proxy proxy, int round, Map<Measure, Double> run) {
        run.forEach((measure, value) -> values.computeIfAbsent(
                        new Key(figure.title(), proxy.name(), measure), key -> missing())[round] = value);
    }

    /** Keeps why a run gave nothing. */
    public void addFailure(String failure) {
        failures.add(failure);
    }

    /** Why runs gave nothing; empty if all did. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** Keeps what a run suffered that was not the contender's doing; its values stay. */
    public void addDisturbance(String disturbance) {
        disturbances.add(disturbance);
    }

    /** What runs suffered; empty if nothing. */
    List<String> disturbances() {
        return List.copyOf(disturbances);
    }

    /** A value for each round; not a number where the run failed or the contender has no such value. */
    double[] values(Figure figure, Proxy proxy, Measure measure) {
        return values.getOrDefault(new Key(figure.title(), proxy.name(), measure), missing())
                .clone();
    }

    private double[] missing() {
        double[] missing = new double[rounds];
        Arrays.fill(missing, Double.NaN);
        return missing;
    }
}
