package dev.finspect.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finspect.log.json.JsonRecordEncoder;
import dev.finspect.log.line.LineBatch;
import dev.finspect.log.line.LineEncoder;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.filter.RecordFilter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records offered are records written or counted as dropped, and no loop ever waits. */
@Timeout(120)
final class RecordLogTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    Path directory;

    @Test
    void recordsGoToAnotherFileFromACommitOnAndNoneIsLost() throws Exception {
        Path first = directory.resolve("first.log");
        Path second = directory.resolve("second.log");
        RecordLog log = RecordLog.open(LogSettings.file(LogSettings.Format.JSON, first, 0, 0));
        log.closed(SampleRecords.clean("a", "web"));
        log.prepare(LogSettings.file(LogSettings.Format.JSON, directory.resolve("never.log"), 0, 0))
                .abandon();
        log.prepare(LogSettings.file(LogSettings.Format.JSON, second, 0, 0)).commit();
        log.closed(SampleRecords.clean("b", "web"));
        assertThatThrownBy(
                        () -> log.prepare(LogSettings.file(LogSettings.Format.JSON, directory.resolve("no/log"), 0, 0)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Name a file in an existing directory");
        assertThat(log.close(LONG)).isTrue();
        assertThat(Files.readString(first) + Files.readString(second)).contains("\"a\"", "\"b\"");
        assertThat(Files.readString(second)).contains("\"b\"");
        assertThat(directory.resolve("never.log")).isEmptyFile();
        assertThat(log.written()).isEqualTo(2);
    }

    /** What is held back because a file cannot be written goes to the file that takes its place. */
    @Test
    void recordsThatCannotBeWrittenGoToTheNextFile() throws Exception {
        Path second = directory.resolve("second.log");
        RecordLog log = RecordLog.open(LogSettings.file(LogSettings.Format.JSON, Path.of("/dev/full"), 0, 0));
        log.closed(SampleRecords.clean("a", "web"));
        log.prepare(LogSettings.file(LogSettings.Format.JSON, second, 0, 0)).commit();
        assertThat(log.close(LONG)).isTrue();
        assertThat(Files.readAllLines(second)).singleElement().asString().contains("\"a\"");
    }

    @Test
    void everyRecordOfEveryLoopIsWrittenBeforeTheLogIsClosed() throws Exception {
        Path path = directory.resolve("sessions.log");
        RecordLog log = RecordLog.open(LogSettings.file(LogSettings.Format.JSON, path, 0, 0));
        List<Thread> loops = new ArrayList<>();
        for (int l = 0; l < 4; l++) {
            String route = "loop" + l;
            loops.add(new Thread(() -> {
                for (int i = 0; i < 100; i++) {
                    log.closed(SampleRecords.clean("id" + i, route));
                    log.progressed(SampleRecords.living("live" + i));
                }
            }));
        }
        loops.forEach(Thread::start);
        for (Thread loop : loops) {
            loop.join();
        }
        assertThat(log.close(LONG)).isTrue();
        assertThat(log.written()).isEqualTo(800);
        assertThat(log.dropped()).isZero();
        List<String> lines = Files.readAllLines(path);
        assertThat(lines).hasSize(800);
        lines.forEach(RecordSchema::valid);
    }

    @Test
    void filesThatAreRenamedUnderLoadLoseNothingTearNothingAndKeepTheOrder() throws Exception {
        int loopCount = 4;
        int each = 1_000;
        int limitBytes = 100_000;
        Path path = directory.resolve("sessions.log");
        RecordLog log = RecordLog.open(LogSettings.file(LogSettings.Format.JSON, path, limitBytes, 1_000));
        List<Thread> loops = new ArrayList<>();
        for (int l = 0; l < loopCount; l++) {
            String route = "loop" + l;
            loops.add(new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    log.closed(SampleRecords.clean(String.valueOf(i), route));
                }
            }));
        }
        loops.forEach(Thread::start);
        for (Thread loop : loops) {
            loop.join();
        }
        assertThat(log.close(LONG)).isTrue();
        assertThat(log.dropped()).isZero();
        List<Path> oldestFirst = new ArrayList<>(List.of(path));
        for (int n = 1; Files.exists(directory.resolve("sessions.log." + n)); n++) {
            oldestFirst.add(0, directory.resolve("sessions.log." + n));
        }
        assertThat(oldestFirst).hasSizeGreaterThan(20);
        Map<String, Integer> next = new HashMap<>();
        for (Path file : oldestFirst) {
            assertThat(Files.size(file)).isLessThanOrEqualTo(limitBytes);
            for (String line : Files.readAllLines(file)) {
                JsonNode record = JSON.readTree(line);
                String route = record.at("/route").asText();
                assertThat(record.at("/id").asInt()).isEqualTo(next.getOrDefault(route, 0));
                next.merge(route, 1, Integer::sum);
            }
        }
        assertThat(next)
                .hasSize(loopCount)
                .allSatisfy((route, count) -> assertThat(count).isEqualTo(each));
    }

    @Test
    void recordIsInTheFileWithoutAnythingElseHappening() throws Exception {
        Path path = directory.resolve("sessions.log");
        try (RecordLog log = RecordLog.open(LogSettings.file(LogSettings.Format.JSON, path, 0, 0))) {
            for (int i = 1; i <= 3; i++) {
                log.closed(SampleRecords.clean("id" + i, "db"));
                long expected = i;
                await(() -> log.written() == expected);
                assertThat(Files.readAllLines(path)).hasSize(i);
            }
        }
    }

    @Test
    void textIsWrittenWithoutHeaderIntoAFile() throws Exception {
        Path path = directory.resolve("sessions.log");
        RecordLog log = RecordLog.open(LogSettings.file(LogSettings.Format.TEXT, path, 0, 0));
        log.closed(SampleRecords.clean("01", "db"));
        log.close();
        assertThat(Files.readAllLines(path))
                .singleElement()
                .asString()
                .startsWith("2026-01-02T03:04:05.123Z 01 clean      1.234s db");
    }

    @Test
    void fullDiskFillsTheQueueThenDropsAndCountsAndResumes() throws Exception {
        Path path = directory.resolve("sessions.log");
        Path link = directory.resolve("link");
        Files.createSymbolicLink(link, Path.of("/dev/full"));
        Files.move(link, path);
        int capacity = 100;
        RecordLog log = RecordLog.open(new LogSettings(LogSettings.Format.JSON, path, 0, 0, capacity, false));
        // Fed until the queue stays full: what the writer has taken out waits in its batch, and no more is taken out.
        int offered = 0;
        while (log.dropped() < 50) {
            log.closed(SampleRecords.clean("id" + offered++, "db"));
        }
        assertThat(log.written()).isZero();
        long droppedWhenFull = log.dropped();
        Files.createFile(directory.resolve("roomy"));
        // Renamed over it: after a removal the log would make a file of its own, which is then replaced with its lines.
        Files.move(directory.resolve("roomy"), path, StandardCopyOption.ATOMIC_MOVE);
        long kept = offered - droppedWhenFull;
        await(() -> log.written() == kept);
        log.closed(SampleRecords.clean("id" + offered++, "db"));
        assertThat(log.close(LONG)).isTrue();
        assertThat(log.written() + log.dropped()).isEqualTo(offered);
        assertThat(log.dropped()).isEqualTo(droppedWhenFull);
        List<String> lines = Files.readAllLines(path);
        assertThat(lines).hasSize((int) log.written());
        lines.forEach(RecordSchema::valid);
    }

    @Test
    void diskThatStaysFullDoesNotHoldTheEndUp() throws Exception {
        RecordLog log = RecordLog.open(LogSettings.file(LogSettings.Format.JSON, Path.of("/dev/full"), 0, 0));
        for (int i = 0; i < 300; i++) {
            log.closed(SampleRecords.clean("id" + i, "db"));
        }
        assertThat(log.close(Duration.ofMillis(50))).isFalse();
        assertThat(log.written()).isZero();
        assertThat(log.dropped()).isEqualTo(300);
        log.closed(SampleRecords.clean("late", "db"));
        assertThat(log.dropped()).isEqualTo(301);
    }

    @Test
    void pipeThatNobodyReadsFillsOnlyTheQueueAndGoesOnWithoutATornLine() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        try (FileChannel reader = FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileChannel writer = FileChannel.open(fifo, StandardOpenOption.WRITE)) {
            RecordLog log = new RecordLog(10, new JsonRecordEncoder(), new StreamTarget(writer, "a pipe")).start();
            int offered = 0;
            while (log.dropped() < 20) {
                log.closed(SampleRecords.clean("id" + offered++, "db"));
            }
            long dropped = log.dropped();
            long kept = offered - dropped;
            String read = read(reader, kept);
            assertThat(log.close(LONG)).isTrue();
            assertThat(log.written()).isEqualTo(kept);
            assertThat(log.dropped()).isEqualTo(dropped);
            assertThat(read.lines().count()).isEqualTo(kept);
            read.lines().forEach(RecordSchema::valid);
        }
    }

    @Test
    void dropsAreReportedWhileThePipeIsBlockedAndTheLogGoesOnWhenItIsRead() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        BlockingQueue<Long> reported = new LinkedBlockingQueue<>();
        try (FileChannel reader = FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileChannel writer = FileChannel.open(fifo, StandardOpenOption.WRITE)) {
            RecordLog log = new RecordLog(
                            10,
                            new JsonRecordEncoder(),
                            new StreamTarget(writer, "a pipe"),
                            () -> {},
                            new RecordLog.DropReporting(reported::add, Duration.ofMillis(1)))
                    .start();
            int offered = 0;
            long last = 0;
            while (last < 20) {
                log.closed(SampleRecords.clean("id" + offered++, "db"));
                Long count = reported.poll();
                last = count == null ? last : count;
            }
            long kept = offered - log.dropped();
            read(reader, kept);
            log.closed(SampleRecords.clean("later", "db"));
            assertThat(read(reader, 1)).contains("\"later\"");
            assertThat(log.close(LONG)).isTrue();
            assertThat(log.written() + log.dropped()).isEqualTo(offered + 1);
        }
    }

    @Test
    void closedPipeIsAnErrorThatCountsAndNoMore() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        FileChannel both = FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try (FileChannel writer = FileChannel.open(fifo, StandardOpenOption.WRITE)) {
            both.close();
            RecordLog log = new RecordLog(1_000, new JsonRecordEncoder(), new StreamTarget(writer, "a pipe")).start();
            for (int i = 0; i < 10; i++) {
                log.closed(SampleRecords.clean("id" + i, "db"));
            }
            assertThat(log.close(Duration.ofMillis(50))).isFalse();
            assertThat(log.dropped()).isEqualTo(10);
        }
    }

    @Test
    void recordThatCannotBeEncodedIsCountedAndTheNextIsWritten() throws Exception {
        Path path = directory.resolve("sessions.log");
        LineEncoder picky = new LineEncoder() {
            @Override
            public void append(SessionRecord record, int sampledOneIn, LineBatch batch) {
                batch.write('x');
                if (record.identity().id().equals("bad")) {
                    throw new IllegalStateException("not this one");
                }
            }

            @Override
            public void append(OmittedLines lines, LineBatch batch) {
                throw new IllegalStateException("nor this");
            }
        };
        RecordLog log = new RecordLog(10, picky, new RotatingFile(path, 0, 0)).start();
        log.closed(SampleRecords.clean("good", "db"));
        log.closed(SampleRecords.clean("bad", "db"));
        log.omitted(SampleRecords.omitted(RecordEvent.HUNG, "01", "02"));
        log.closed(SampleRecords.clean("good", "db"));
        assertThat(log.close(LONG)).isFalse();
        assertThat(log.written()).isEqualTo(2);
        assertThat(log.dropped()).isEqualTo(2);
        assertThat(path).hasContent("x\nx\n");
    }

    @Test
    void compactLinesHaveTheInstanceAndPartsOfManySessionsAreCountedEach() throws Exception {
        Path path = directory.resolve("sessions.log");
        LogSettings settings =
                LogSettings.file(LogSettings.Format.COMPACT, path, 0, 0).withInstance("db-7");
        RecordLog log = RecordLog.open(settings);
        log.closed(SampleRecords.clean("01", "db"));
        log.progressed(SampleRecords.living("02"));
        String[] ids = IntStream.range(0, 700).mapToObj(i -> "id" + i).toArray(String[]::new);
        log.omitted(SampleRecords.omitted(RecordEvent.HUNG, ids));
        log.omitted(SampleRecords.omitted(RecordEvent.PROGRESS, "01"));
        assertThat(log.close(LONG)).isTrue();
        assertThat(log.written()).isEqualTo(2 + 3 + 1);
        assertThat(log.dropped()).isZero();
        assertThat(Files.readAllLines(path))
                .hasSize(6)
                .allSatisfy(line -> assertThat(
                                LineSchema.valid(line).at("/instance").asText())
                        .isEqualTo("db-7"));
    }

    @Test
    void whatTheRuleDoesNotChooseIsCountedAndASampleSaysSo() throws Exception {
        for (LogSettings.Format format : LogSettings.Format.values()) {
            Path path = directory.resolve(format + ".log");
            RecordLog log = RecordLog.open(LogSettings.file(format, path, 0, 0));
            log.follow(new LineRule(RecordFilter.of("not clean"), 4));
            for (int i = 0; i < 8; i++) {
                log.closed(SampleRecords.clean("id" + i, "db"));
            }
            log.attemptFailed(SampleRecords.troubled("bad"));
            assertThat(log.close(LONG)).isTrue();
            assertThat(log.leftOut()).isEqualTo(6);
            assertThat(log.written()).isEqualTo(3);
            List<String> lines = Files.readAllLines(path);
            String said = switch (format) {
                case COMPACT, JSON -> "\"sampled_one_in\":4}";
                case TEXT, TABLE -> "(one in 4)";
            };
            assertThat(lines.get(0)).endsWith(said);
            assertThat(lines.get(1)).endsWith(said);
            assertThat(lines.get(2)).doesNotContain("sampled", "(one in");
            if (format == LogSettings.Format.JSON) {
                lines.forEach(RecordSchema::valid);
            }
        }
    }

    @Test
    void fileThatCannotBeOpenedIsRefusedWithWhatToDo() {
        Path path = directory.resolve("missing").resolve("sessions.log");
        assertThatThrownBy(() -> RecordLog.open(LogSettings.file(LogSettings.Format.JSON, path, 0, 0)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining("Name a file in an existing directory");
    }

    @Test
    void fullQueueTakesAtMostAQuarterOfASmallHeap() {
        assertThat(LogSettings.defaultQueueCapacity(1L << 30)).isEqualTo(8_192);
        assertThat(LogSettings.defaultQueueCapacity(64L << 20)).isEqualTo(3_355);
        assertThat(LogSettings.defaultQueueCapacity(1)).isEqualTo(1);
    }

    @Test
    void recordsThatComeAfterALongSleepAreWritten() throws Exception {
        Path path = directory.resolve("sessions.log");
        try (RecordLog log = RecordLog.open(LogSettings.file(LogSettings.Format.JSON, path, 0, 0))) {
            await(log::isWriterAsleep);
            log.closed(SampleRecords.clean("01", "db"));
            await(() -> log.written() == 1);
            await(log::isWriterAsleep);
            assertThat(log.close(LONG)).isTrue();
        }
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        Path path = directory.resolve("sessions.log");
        assertThatThrownBy(() -> LogSettings.file(LogSettings.Format.JSON, path, -1, 0))
                .hasMessageContaining("size limit is -1");
        assertThatThrownBy(() -> LogSettings.file(LogSettings.Format.JSON, path, 0, -1))
                .hasMessageContaining("keep is -1");
        assertThatThrownBy(() -> new LogSettings(LogSettings.Format.JSON, path, 0, 0, 0, false))
                .hasMessageContaining("at least 1");
    }

    private static String read(FileChannel reader, long lines) throws IOException {
        StringBuilder read = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        long got = 0;
        while (got < lines) {
            buffer.clear();
            reader.read(buffer);
            String part = StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
            got += part.chars().filter(c -> c == '\n').count();
            read.append(part);
        }
        return read.toString();
    }

    /** Until it is so; the test's own time limit is the guard. */
    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
