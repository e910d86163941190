package dev.finspect.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
final class PipeSizesTest {
    @TempDir
    private Path directory;

    /** A named pipe, so that its descriptor can be distinguished from those that other threads open meanwhile. */
    @Test
    @Timeout(60)
    void pipeIsLargerAfterwards() throws Exception {
        PipeSizes sizes = new PipeSizes();
        sizes.load();
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        try (RandomAccessFile pipe = new RandomAccessFile(fifo.toFile(), "rw")) {
            Reading<Integer> granted = sizes.enlarge(descriptorOf(fifo));

            assertThat(granted).isInstanceOf(Reading.Value.class);
            int bytes = ((Reading.Value<Integer>) granted).value();
            assertThat(bytes).isGreaterThan(1 << 16);
            pipe.write(new byte[bytes]); // Would block if the pipe were smaller.
            assertThat(pipe.read(new byte[bytes])).isEqualTo(bytes);
        }
    }

    @Test
    void descriptorThatIsNoPipeIsRefusedWithItsErrno() throws Exception {
        PipeSizes sizes = new PipeSizes();
        sizes.load();
        Path path = directory.resolve("file");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            assertThat(sizes.enlarge(descriptorOf(path)))
                    .isEqualTo(new Reading.Unavailable<Integer>("fcntl(F_SETPIPE_SZ, 262144): errno 9"));
            assertThat(file.length()).isZero();
        }
    }

    @Test
    void firstUseDoesNotWaitForTheLibrary() {
        PipeSizes sizes = new PipeSizes();

        assertThat(sizes.loaded()).isFalse();
        assertThat(sizes.enlarge(-1)).isEqualTo(new Reading.Unavailable<Integer>("not loaded yet"));
    }

    @Test
    void resultsAreFinalOnceTheLibraryIsLoaded() {
        PipeSizes sizes = new PipeSizes();

        sizes.load();

        assertThat(sizes.loaded()).isTrue();
    }

    @Test
    void libraryThatCannotBeLoadedLeavesPipesAsTheyAre() throws Exception {
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djna.boot.library.path=/nonexistent",
                        "-Djna.nounpack=true",
                        "-Djna.noclasspath=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PipeSizesTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said).contains("Unavailable[reason=JNA cannot be loaded: ");
        assertThat(java.waitFor()).isZero();
    }

    /** Runs in a JVM without JNA's native library; prints the result of enlarging a pipe. */
    public static void main(String[] args) {
        PipeSizes sizes = new PipeSizes();
        sizes.load();
        System.out.println(sizes.enlarge(0));
    }

    /** The descriptor of this process for {@code path}. */
    private static int descriptorOf(Path path) throws Exception {
        Path real = path.toRealPath();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path entry : entries) {
                if (real.equals(target(entry))) {
                    return Integer.parseInt(entry.getFileName().toString());
                }
            }
        }
        throw new AssertionError("no descriptor leads to " + real);
    }

    /** The target of a descriptor; null if it was closed meanwhile. */
    private static @Nullable Path target(Path entry) {
        try {
            return Files.readSymbolicLink(entry);
        } catch (IOException e) {
            return null;
        }
    }
}
