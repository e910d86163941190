package dev.finspect.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.bench.figure.Bulk;
import dev.finspect.bench.figure.Figure;
import dev.finspect.bench.figure.Measure;
import dev.finspect.bench.proxy.Direct;
import dev.finspect.bench.proxy.Finspect;
import dev.finspect.bench.proxy.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A small report, whole. */
final class ReportTest {
    private static final Figure BULK = new Bulk(1);
    private static final Proxy DIRECT = new Direct();
    private static final Proxy FINSPECT = new Finspect(Path.of("finspect"), List.of());

    private static Report report(List<Proxy> proxies) {
        Results results = new Results(2);
        results.add(BULK, DIRECT, 0, Map.of(Measure.GBIT_PER_SECOND, 40.0));
        results.add(BULK, DIRECT, 1, Map.of(Measure.GBIT_PER_SECOND, 50.0));
        results.add(BULK, FINSPECT, 1, Map.of(Measure.GBIT_PER_SECOND, 25.0, Measure.CPU_SECONDS_PER_GB, 0.1));
        results.addFailure("finspect, round 1");
        results.addDisturbance("direct, round 2: TCPTimeouts 3");
        return new Report(List.of(BULK), proxies, results, List.of("One machine."));
    }

    @Test
    void plainTextHasValuesAndRatios() {
        assertThat(report(List.of(DIRECT, FINSPECT)).plain()).isEqualTo("""
                        One machine.
                        Failed: finspect, round 1
                        Disturbed: direct, round 2: TCPTimeouts 3

                        bulk, 1 stream
                          proxy     Gbit/s               CPU s/GB
                          direct    45.0 (40.0 to 50.0)  -
                          finspect  25.0 (25.0 to 25.0)  0.100 (0.100 to 0.100)

                        bulk, 1 stream: ratios, round by round
                          finspect /  Gbit/s, > 1          CPU s/GB, < 1
                          direct      0.50 (0.50 to 0.50)  -
                        """);
    }

    @Test
    void markdownWithoutFinspectHasNoRatios() {
        assertThat(report(List.of(DIRECT)).markdown()).isEqualTo("""
                        - One machine.
                        - Failed: finspect, round 1
                        - Disturbed: direct, round 2: TCPTimeouts 3

                        **bulk, 1 stream**

                        | proxy | Gbit/s | CPU s/GB |
                        |---|---|---|
                        | direct | 45.0 (40.0 to 50.0) | - |
                        """);
    }
}
