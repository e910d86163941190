package dev.finspect.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
final class PipeSizesTest {
    @Test
    void pipeHoldsMoreAfterwards() throws Exception {
        PipeSizes sizes = new PipeSizes();
        sizes.load();
        Set<Integer> before = descriptors("pipe:");
        Pipe pipe = Pipe.open();
        try (Pipe.SourceChannel source = pipe.source();
                Pipe.SinkChannel sink = pipe.sink()) {
            Reading<Integer> granted = sizes.enlarge(newest("pipe:", before));

            assertThat(granted).isInstanceOf(Reading.Value.class);
            int bytes = ((Reading.Value<Integer>) granted).value();
            assertThat(bytes).isGreaterThan(1 << 16);
            sink.configureBlocking(false);
            assertThat(sink.write(ByteBuffer.allocate(2 * bytes))).isEqualTo(bytes);
            assertThat(source.isOpen()).isTrue();
        }
    }

    @Test
    void descriptorThatIsNoPipeIsRefusedWithItsErrno() throws Exception {
        PipeSizes sizes = new PipeSizes();
        sizes.load();
        Set<Integer> before = descriptors("/dev/zero");
        try (RandomAccessFile file = new RandomAccessFile("/dev/zero", "r")) {
            assertThat(sizes.enlarge(newest("/dev/zero", before)))
                    .isEqualTo(new Reading.Unavailable<Integer>("fcntl(F_SETPIPE_SZ, 262144): errno 9"));
            assertThat(file.length()).isZero();
        }
    }

    @Test
    void firstUseDoesNotWaitForTheLibrary() {
        PipeSizes sizes = new PipeSizes();

        assertThat(sizes.enlarge(-1)).isEqualTo(new Reading.Unavailable<Integer>("not loaded yet"));
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

    /** Runs where JNA finds no native library; prints what enlarging a pipe came to. */
    public static void main(String[] args) {
        PipeSizes sizes = new PipeSizes();
        sizes.load();
        System.out.println(sizes.enlarge(0));
    }

    /** The newest descriptor that leads to something of this name. */
    private static int newest(String target, Set<Integer> before) throws Exception {
        Set<Integer> now = descriptors(target);
        now.removeAll(before);
        return Collections.max(now);
    }

    private static Set<Integer> descriptors(String target) throws Exception {
        Set<Integer> numbers = new HashSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path entry : entries) {
                if (Files.readSymbolicLink(entry).toString().startsWith(target)) {
                    numbers.add(Integer.valueOf(entry.getFileName().toString()));
                }
            }
        }
        return numbers;
    }
}
