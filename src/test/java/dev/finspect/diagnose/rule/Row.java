package dev.finspect.diagnose.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Rule;
import dev.finspect.diagnose.Snapshot;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a rule must say of a snapshot.
 *
 * @param expected {@code id: confidence blame @since-seconds CLUES}; {@code -} for nothing
 */
record Row(String name, Snapshot snapshot, String expected) {
    static Row of(String name, Snapshot snapshot, String expected) {
        return new Row(name, snapshot, expected);
    }

    void check(Rule rule) {
        assertThat(rule.examine(snapshot).map(Row::text).orElse("-")).as(name).isEqualTo(expected);
    }

    private static String text(Finding finding) {
        String clues =
                finding.evidence().stream().map(Evidence::clue).map(Enum::name).collect(Collectors.joining(" "));
        return String.format(
                Locale.ROOT,
                "%s: %s %s @%.1f %s",
                finding.id().label(),
                finding.confidence().label(),
                finding.blame().label(),
                Opening.seconds(finding.sinceEpochNanos()),
                clues);
    }

    @Override
    public String toString() {
        return name;
    }
}
