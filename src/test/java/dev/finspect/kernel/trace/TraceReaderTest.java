package dev.finspect.kernel.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.wire.trace.TracePage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Pages are read from each processor's pipe, and nobody waits for one that is empty. */
@EnabledOnOs(OS.LINUX)
final class TraceReaderTest {
    private static final TracePage LAYOUT = new TracePage(8, 8, 16, 4096);

    @TempDir
    private Path folder;

    private final List<String> seen = new ArrayList<>();

    @Test
    void whatIsInTheirPipesIsReadAndNothingIsWaitedFor() throws Exception {
        Path first = pipe("cpu0");
        Path second = pipe("cpu1");
        try (TraceReader reader = TraceReader.open(folder, LAYOUT)) {
            assertThat(read(reader)).isZero();
            try (FileChannel one = FileChannel.open(first, StandardOpenOption.WRITE);
                    FileChannel other = FileChannel.open(second, StandardOpenOption.WRITE)) {
                write(one, 1, 0);
                write(one, 2, 0);
                write(other, 3, 1L << 31);
                assertThat(read(reader)).isEqualTo(1);
                assertThat(seen).containsExactlyInAnyOrder("1", "2", "3");
                assertThat(read(reader)).isZero();
            }
        }
        assertThat(seen).hasSize(3);
    }

    @Test
    void aProcessorWithoutAPipeIsAnError() throws IOException {
        Files.createDirectory(folder.resolve("cpu0"));

        assertThatThrownBy(() -> TraceReader.open(folder, LAYOUT)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> TraceReader.open(folder.resolve("absent"), LAYOUT))
                .isInstanceOf(IOException.class);
    }

    private long read(TraceReader reader) throws IOException {
        return reader.read((page, offset, length, at) -> seen.add(Integer.toString(page.getInt(offset))));
    }

    private static void write(FileChannel pipe, int event, long flags) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());
        boolean big = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
        page.putLong(0)
                .putLong(8L | flags)
                .putInt(big ? 1 << 27 : 1)
                .putInt(event)
                .position(4096)
                .flip();
        assertThat(pipe.write(page)).isEqualTo(4096);
    }

    private Path pipe(String processor) throws Exception {
        Path path = Files.createDirectory(folder.resolve(processor)).resolve("trace_pipe_raw");
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                .isZero();
        return path;
    }
}
