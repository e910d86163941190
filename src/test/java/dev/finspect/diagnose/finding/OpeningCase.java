package dev.finspect.diagnose.finding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.FindingKind;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a kind of finding finds in a snapshot.
 *
 * @param expected {@code id: confidence blame @since-seconds CLUES}; {@code -} if nothing is found
 */
record OpeningCase(String name, Snapshot snapshot, String expected) {
    static OpeningCase of(String name, Snapshot snapshot, String expected) {
        return new OpeningCase(name, snapshot, expected);
    }

    void check(FindingKind kind) {
        assertThat(kind.examine(snapshot).stream()
                        .map(OpeningCase::text)
                        .findFirst()
                        .orElse("-"))
                .as(name)
                .isEqualTo(expected);
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
