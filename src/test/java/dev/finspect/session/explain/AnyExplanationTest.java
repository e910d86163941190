package dev.finspect.session.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Thresholds;
import dev.finspect.log.RandomRecords;
import dev.finspect.session.SessionRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any record can be explained, whatever is known of it. */
final class AnyExplanationTest {
    private static final int RECORDS = 400;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyFindingHasItsSentenceAndItsStanding(long seed) {
        RandomRecords records = new RandomRecords(seed);
        List<Explanation> all = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            SessionRecord record = records.next();
            Thresholds thresholds = i % 2 == 0 ? Thresholds.STANDARD : Thresholds.STANDARD.after(Duration.ofMillis(1));
            Explanation explanation = Explanation.of(record, List.of(), thresholds);
            all.add(explanation);
            String text = ExplanationText.of(explanation, i % 3 == 0);
            assertThat(text).contains("session " + explanation.id());
            for (Explained each : explanation.findings()) {
                assertThat(text.replaceAll("\\s+", " "))
                        .contains(each.finding().id().label() + ", "
                                + each.finding().confidence().label());
            }
            assertThat(Owed.of(record, thresholds)).allMatch(line -> line.endsWith("."));
        }
        assertThat(all).anyMatch(each -> !each.findings().isEmpty());
    }
}
