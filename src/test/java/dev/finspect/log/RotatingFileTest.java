package dev.finspect.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.log.line.LineBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log file is renamed at its limit, followed when others move it, and never torn inside. */
final class RotatingFileTest {
    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void name() {
        path = directory.resolve("sessions.log");
    }

    @Test
    void linesAreAppendedToWhatIsThere() throws IOException {
        Files.writeString(path, "old\n");
        try (RotatingFile file = new RotatingFile(path, 0, 0)) {
            file.write(batch("one", "two"));
            file.write(batch("three"));
        }
        assertThat(path).hasContent("old\none\ntwo\nthree\n");
    }

    @Test
    void fileIsRenamedBeforeItsLimitIsPassedAndTheOldestGoes() throws IOException {
        try (RotatingFile file = new RotatingFile(path, 8, 2)) {
            file.write(batch("aaa", "bbb", "ccc"));
            file.write(batch("ddd", "eee", "fff", "ggg"));
        }
        assertThat(path).hasContent("ggg\n");
        assertThat(numbered(1)).hasContent("eee\nfff\n");
        assertThat(numbered(2)).hasContent("ccc\nddd\n");
        assertThat(numbered(3)).doesNotExist();
    }

    @Test
    void linesThatRotationDeletesAreCounted() throws IOException {
        Files.writeString(numbered(2), "of\nan\nearlier\nprocess\n");
        try (RotatingFile file = new RotatingFile(path, 8, 2)) {
            file.write(batch("aaa", "bbb", "ccc"));
            assertThat(file.deletedLines()).as(".1 was free").isZero();
            file.write(batch("ddd", "eee"));
            assertThat(file.deletedLines()).isEqualTo(4);
            file.write(batch("fff", "ggg", "hhh", "iii"));
            assertThat(file.deletedLines()).isEqualTo(8);
        }
    }

    @Test
    void linesAreCountedWhereNoFileIsKept() throws IOException {
        try (RotatingFile file = new RotatingFile(path, 8, 0)) {
            file.write(batch("aaa", "bbb", "ccc"));
            assertThat(file.deletedLines()).isEqualTo(2);
        }
    }

    @Test
    void createdFilesHaveTheirModeAndRotatedFilesKeepIt() throws IOException {
        try (RotatingFile file = new RotatingFile(path, 8, 1)) {
            file.write(batch("aaa", "bbb", "ccc"));
        }
        assertThat(mode(path)).isEqualTo("rw-r-----");
        assertThat(mode(numbered(1))).isEqualTo("rw-r-----");
        Path wide = directory.resolve("wide.log");
        try (RotatingFile file = new RotatingFile(wide, 8, 1, PosixFilePermissions.fromString("rw-rw-rw-"))) {
            file.write(batch("aaa"));
        }
        assertThat(mode(wide)).as("whatever the umask").isEqualTo("rw-rw-rw-");
    }

    @Test
    void modeOfAFileThatIsThereStays() throws IOException {
        Files.writeString(path, "old\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        try (RotatingFile file = new RotatingFile(path, 0, 0)) {
            file.write(batch("one"));
        }
        assertThat(mode(path)).isEqualTo("rw-r--r--");
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void reopenedFileIsThereBeforeTheNextLineAndTheOldOneStaysIfThatFails() throws IOException {
        try (RotatingFile file = new RotatingFile(path, 0, 0)) {
            file.write(batch("one"));
            Files.move(path, numbered(1));
            file.reopen();
            assertThat(path).isEmptyFile();
            file.write(batch("two"));
            Files.move(path, numbered(2));
            Files.createDirectory(path);
            assertThatThrownBy(file::reopen).isInstanceOf(IOException.class);
            Files.delete(path);
            file.write(batch("three"));
        }
        assertThat(numbered(1)).hasContent("one\n");
        assertThat(numbered(2)).hasContent("two\n");
        assertThat(path).hasContent("three\n");
    }

    @Test
    void withNothingToKeepTheFullFileGoes() throws IOException {
        try (RotatingFile file = new RotatingFile(path, 8, 0)) {
            file.write(batch("aaa", "bbb", "ccc"));
        }
        assertThat(path).hasContent("ccc\n");
        assertThat(numbered(1)).doesNotExist();
    }

    @Test
    void lineLongerThanTheLimitHasAFileOfItsOwn() throws IOException {
        try (RotatingFile file = new RotatingFile(path, 8, 5)) {
            file.write(batch("a", "much longer than eight", "b"));
        }
        assertThat(numbered(2)).hasContent("a\n");
        assertThat(numbered(1)).hasContent("much longer than eight\n");
        assertThat(path).hasContent("b\n");
    }

    @Test
    void fileGrowsOnWhenItCannotBeRenamed() throws IOException {
        Files.createDirectories(numbered(1).resolve("in the way"));
        try (RotatingFile file = new RotatingFile(path, 8, 1)) {
            file.write(batch("aaa", "bbb", "much longer than eight", "ccc"));
        }
        assertThat(path).hasContent("aaa\nbbb\nmuch longer than eight\nccc\n");
    }

    @Test
    void movedFileIsLeftAndANewOneBegun() throws IOException {
        try (RotatingFile file = new RotatingFile(path, 0, 0)) {
            file.write(batch("one"));
            Files.move(path, numbered(1));
            file.write(batch("two"));
        }
        assertThat(numbered(1)).hasContent("one\n");
        assertThat(path).hasContent("two\n");
    }

    @Test
    void removedFileIsBegunAnew() throws IOException {
        try (RotatingFile file = new RotatingFile(path, 0, 0)) {
            file.write(batch("one"));
            Files.delete(path);
            file.write(batch("two"));
        }
        assertThat(path).hasContent("two\n");
    }

    /** Another program renames a file over it at any moment of its opening; no line goes to a file without a name. */
    @Test
    void fileThatIsReplacedWhileItIsOpenedIsFollowed() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            for (int round = 0; round < 3_000; round++) {
                Files.writeString(path, "");
                Path draft = Files.writeString(directory.resolve("draft"), "");
                try (RotatingFile file = new RotatingFile(path, 0, 0)) {
                    Future<?> replaced = other.submit(() -> Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE));
                    file.open();
                    replaced.get();
                    file.write(batch("one"));
                }
                assertThat(path).as("round %d", round).hasContent("one\n");
            }
        } finally {
            other.shutdown();
        }
    }

    @Test
    void fileCutShortInPlaceIsGoneOnWithAtItsNewEnd() throws IOException {
        try (RotatingFile file = new RotatingFile(path, 12, 1)) {
            file.write(batch("one", "two"));
            Files.write(path, new byte[0]);
            file.write(batch("three", "four"));
        }
        assertThat(path).hasContent("three\nfour\n");
        assertThat(numbered(1)).doesNotExist();
    }

    @Test
    void tornLineOfAProcessThatDiedStandsAlone() throws IOException {
        Files.writeString(path, "whole\n{\"id\":\"to");
        try (RotatingFile file = new RotatingFile(path, 0, 0)) {
            file.write(batch("one"));
        }
        assertThat(path).hasContent("whole\n{\"id\":\"to\none\n");
    }

    @Test
    void fullDeviceKeepsTheBatch() throws IOException {
        try (RotatingFile file = new RotatingFile(Path.of("/dev/full"), 0, 0)) {
            LineBatch batch = batch("one", "two");
            assertThatThrownBy(() -> file.write(batch))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left");
            assertThat(batch.remaining()).isEqualTo(8);
            assertThat(batch.takeLinesWritten()).isZero();
        }
    }

    @Test
    void missingDirectoryIsAnErrorAndOverOnceItIsThere() throws IOException {
        Path later = directory.resolve("later");
        try (RotatingFile file = new RotatingFile(later.resolve("sessions.log"), 0, 0)) {
            LineBatch batch = batch("one");
            assertThatThrownBy(() -> file.write(batch)).isInstanceOf(IOException.class);
            Files.createDirectory(later);
            file.write(batch);
            assertThat(later.resolve("sessions.log")).hasContent("one\n");
        }
    }

    @Test
    void batchForgetsWrittenLinesAndKeepsTheRest() {
        LineBatch batch = batch("one", "two", "three");
        batch.written(6);
        assertThat(batch.takeLinesWritten()).isEqualTo(1);
        assertThat(batch.remaining()).isEqualTo(8);
        assertThat(batch.nextLine()).isEqualTo(2);
        assertThat(batch.rewindToLine()).isEqualTo(2);
        assertThat(batch.wholeLinesWithin(9)).isEqualTo(4);
        batch.write('x');
        batch.dropUnfinishedLine();
        assertThat(StandardCharsets.UTF_8.decode(batch.next(batch.remaining())).toString())
                .isEqualTo("two\nthree\n");
        batch.written(10);
        assertThat(batch.takeLinesWritten()).isEqualTo(2);
        assertThat(batch.toByteArray()).isEmpty();
    }

    private Path numbered(int number) {
        return directory.resolve("sessions.log." + number);
    }

    private static LineBatch batch(String... lines) {
        LineBatch batch = new LineBatch(1);
        for (String line : lines) {
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            batch.write(bytes, 0, bytes.length);
            batch.endLine();
        }
        return batch;
    }
}
