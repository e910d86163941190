package dev.finspect.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.OpenMetricsPage;
import dev.finspect.fixture.SampleSession;
import dev.finspect.lifecycle.turn.DurationBuckets;
import dev.finspect.lifecycle.turn.DurationCounts;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.tcp.Leg;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** DurationSummary of turns on the metrics page. */
final class TurnMetersTest {
    private static final long MILLI = 1_000_000;
    private final Metrics metrics = Metrics.strict(List.of("db"));
    private final SessionIdentity identity = SampleSession.identity("01ABC", "db", 1);

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void everySeriesIsThereFromTheStart() {
        Map<String, Double> samples = samples();
        for (String name : List.of("answer", "whole_answer", "think")) {
            assertThat(samples)
                    .containsEntry("finspect_" + name + "_duration_seconds_count{route=\"db\"}", 0.0)
                    .containsEntry("finspect_" + name + "_duration_seconds_bucket{route=\"db\",le=\"0.25\"}", 0.0);
        }
        assertThat(samples).containsEntry("finspect_interleaved_turns_total{route=\"db\"}", 0.0);
        for (Leg to : Leg.values()) {
            for (TransferLimit by : TransferLimit.values()) {
                assertThat(samples).containsEntry(limited(to, by), 0.0);
            }
        }
    }

    @Test
    void batchesOfASessionAddUpInTheRightBucketsWithTheRightSum() {
        DurationCounts answers = new DurationCounts();
        DurationCounts thinking = new DurationCounts();
        for (int i = 1; i <= 100; i++) {
            answers.add(i * 5 * MILLI);
            if (i % 30 == 0) {
                tell(answers, thinking, 0);
            }
        }
        thinking.add(3 * MILLI);
        tell(answers, thinking, 7);
        assertThat(samples())
                .containsEntry("finspect_answer_duration_seconds_count{route=\"db\"}", 100.0)
                .containsEntry("finspect_answer_duration_seconds_bucket{route=\"db\",le=\"0.005\"}", 1.0)
                .containsEntry("finspect_answer_duration_seconds_bucket{route=\"db\",le=\"0.1\"}", 20.0)
                .containsEntry("finspect_answer_duration_seconds_bucket{route=\"db\",le=\"0.25\"}", 50.0)
                .containsEntry("finspect_answer_duration_seconds_bucket{route=\"db\",le=\"0.5\"}", 100.0)
                .containsEntry("finspect_think_duration_seconds_sum{route=\"db\"}", 0.003)
                .containsEntry("finspect_whole_answer_duration_seconds_count{route=\"db\"}", 0.0)
                .containsEntry("finspect_interleaved_turns_total{route=\"db\"}", 7.0);
        assertThat(samples().get("finspect_answer_duration_seconds_sum{route=\"db\"}"))
                .isCloseTo(0.005 * 5050, Offset.offset(1e-6));
    }

    @Test
    void boundsAreThoseByWhichSessionsCount() {
        for (Duration bound : Buckets.TURN.bounds()) {
            assertThat(DurationBuckets.isBound(bound.toNanos())).as("%s", bound).isTrue();
        }
    }

    private void tell(DurationCounts answers, DurationCounts thinking, long interleaved) {
        metrics.sink()
                .happened(
                        identity, new SessionEvent.TurnsCounted(1, answers.take(), null, thinking.take(), interleaved));
    }

    private static String limited(Leg to, TransferLimit by) {
        return "finspect_transfer_limited_seconds_total{by=\"" + by.label() + "\",direction=\""
                + to.other().label() + "_to_" + to.label() + "\",route=\"db\"}";
    }

    private Map<String, Double> samples() {
        return OpenMetricsPage.read(metrics.exposition()
                        .render(MetricsSinkTest.OPEN_METRICS)
                        .body())
                .samples();
    }
}
