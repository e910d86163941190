package dev.finspect.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.finding.Idle;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.Findings;
import dev.finspect.fixture.SampleSession;
import dev.finspect.record.Outcome;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CaptureFolderTest {
    @TempDir
    Path folder;

    @Test
    void aSessionThatHungIsSavedThoughItEndedCleanly() throws IOException {
        try (CaptureFolder captures =
                CaptureFolder.open(folder, 1 << 20, null, record -> Optional.of(new byte[] {1, 2, 3}))) {
            captures.closed(found("quiet", List.of()));
            captures.closed(found("rested", List.of(finding(Idle.ID, Blame.NOBODY))));
            captures.closed(found("hung", List.of(finding(UpstreamSilent.ID, Blame.UPSTREAM))));
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .singleElement()
                    .asString()
                    .contains("hung");
        }
    }

    private static SessionFinding finding(FindingId id, Blame blame) {
        Evidence evidence = Evidence.at(Clue.LAST_SENT, Leg.UPSTREAM, Fact.socket(1_000L));
        return new SessionFinding(
                Findings.of(id, blame, Confidence.LIKELY, Leg.UPSTREAM, 1_000L, List.of(evidence)), 2_000L, false);
    }

    private static SessionRecord found(String id, List<SessionFinding> findings) {
        SessionRecord r = SampleSession.closed(id, "db");
        assertThat(r.outcome()).isEqualTo(Outcome.CLEAN);
        return r.with(Diagnosed.of(findings));
    }
}
