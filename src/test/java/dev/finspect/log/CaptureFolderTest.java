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
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class CaptureFolderTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path folder;

    @Test
    void aSessionThatHungIsSavedThoughItEndedCleanly() throws IOException {
        try (CaptureFolder captures =
                CaptureFolder.open(folder, 1 << 20, null, record -> Optional.of(new byte[] {1, 2, 3}), () -> {})) {
            captures.closed(found("quiet", List.of()));
            captures.closed(found("rested", List.of(finding(Idle.ID, Blame.NOBODY))));
            captures.closed(open(found("open", List.of())));
            captures.closed(found("hung", List.of(finding(UpstreamSilent.ID, Blame.UPSTREAM))));
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .singleElement()
                    .asString()
                    .contains("hung");
        }
    }

    @Test
    void filesThatWereWrittenFirstAreDeletedFirstWhateverTheirNames() throws IOException {
        file("zz-clean", 600, 3);
        file("mm-reset", 600, 2);
        file("aa-reset", 600, 1);
        Files.writeString(folder.resolve("finspect-notes.txt"), "not ours");
        SavedCaptures saved = new SavedCaptures(folder, 1_500, null);
        saved.list();
        saved.deleteOldest(NOW);
        assertThat(names())
                .containsExactly("finspect-aa-reset.pcapng", "finspect-mm-reset.pcapng", "finspect-notes.txt");
        assertThat(saved.bytes()).isEqualTo(1_200);
        saved.written("finspect-00-reset.pcapng", 600, NOW);
        saved.deleteOldest(NOW);
        assertThat(names()).containsExactly("finspect-aa-reset.pcapng", "finspect-notes.txt");
    }

    @Test
    void filesThatAreTooOldAreDeleted() throws IOException {
        file("old", 1, 100);
        file("new", 1, 10);
        SavedCaptures saved = new SavedCaptures(folder, 1_000, Duration.ofSeconds(50));
        saved.list();
        saved.deleteOldest(NOW);
        assertThat(names()).containsExactly("finspect-new.pcapng");
        saved.deleteOldest(NOW.plusSeconds(50));
        assertThat(names()).isEmpty();
        assertThat(saved.bytes()).isZero();
    }

    @Test
    void folderIsListedOnceAndFilesThatAreGoneAreNoError() throws IOException {
        file("one", 600, 2);
        SavedCaptures saved = new SavedCaptures(folder, 1_000, null);
        saved.list();
        file("of-another-program", 5_000, 1);
        Files.delete(folder.resolve("finspect-one.pcapng"));
        saved.written("finspect-two.pcapng", 600, NOW);
        saved.deleteOldest(NOW);
        assertThat(saved.bytes()).isEqualTo(600);
        assertThat(names()).containsExactly("finspect-of-another-program.pcapng");
    }

    @Test
    @Timeout(120)
    void sessionsBeyondTheQueueAreDroppedCountedAndReported() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        BlockingQueue<Long> reported = new LinkedBlockingQueue<>();
        CaptureFolder captures = new CaptureFolder(
                        folder,
                        new SavedCaptures(folder, 1 << 20, null),
                        record -> {
                            await(blocked);
                            return Optional.of(new byte[10]);
                        },
                        2,
                        reported::add)
                .start(() -> {});
        int offered = 0;
        while (captures.dropped() == 0) {
            captures.closed(found("hung" + offered++, List.of(finding(UpstreamSilent.ID, Blame.UPSTREAM))));
        }
        assertThat(reported.take()).isEqualTo(1);
        assertThat(offered).as("one is being written, two wait").isBetween(3, 4);
        blocked.countDown();
        captures.close();
        assertThat(names()).hasSize(offered - 1);
    }

    @Test
    void sessionWhoseFileCannotBeMadeIsCountedAndTheNextIsWritten() throws IOException {
        CaptureFolder captures = CaptureFolder.open(
                folder,
                1 << 20,
                null,
                record -> {
                    if (record.identity().id().equals("bad")) {
                        throw new IllegalStateException("not this one");
                    }
                    return Optional.of(new byte[10]);
                },
                () -> {});
        captures.closed(found("bad", List.of(finding(UpstreamSilent.ID, Blame.UPSTREAM))));
        captures.closed(found("good", List.of(finding(UpstreamSilent.ID, Blame.UPSTREAM))));
        captures.close();
        assertThat(captures.dropped()).isEqualTo(1);
        assertThat(names()).containsExactly("finspect-good-clean.pcapng");
    }

    private void file(String word, int bytes, int ageSeconds) throws IOException {
        Path file = Files.write(folder.resolve(SavedCaptures.name(word)), new byte[bytes]);
        Files.setLastModifiedTime(file, FileTime.from(NOW.minusSeconds(ageSeconds)));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static SessionFinding finding(FindingId id, Blame blame) {
        Evidence evidence = Evidence.at(Clue.LAST_SENT, Leg.UPSTREAM, Fact.socket(1_000L));
        return new SessionFinding(
                Findings.of(id, blame, Confidence.LIKELY, Leg.UPSTREAM, 1_000L, List.of(evidence)), 2_000L, false);
    }

    /** Its connections go on after the last record. */
    private static SessionRecord open(SessionRecord r) {
        return new SessionRecord(
                RecordEvent.PROGRESS,
                r.identity(),
                r.durationNanos(),
                SessionRecord.Result.LIVING,
                r.client(),
                r.upstream(),
                r.close(),
                r.diagnosed(),
                r.proxyHeaders());
    }

    private static SessionRecord found(String id, List<SessionFinding> findings) {
        SessionRecord r = SampleSession.closed(id, "db");
        assertThat(r.outcome()).isEqualTo(Outcome.CLEAN);
        return r.with(Diagnosed.of(findings));
    }
}
