package dev.finspect.bench.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary directory for configurations, records and output; closing it deletes it. */
public final class ScratchDirectory implements AutoCloseable {
    private final Path path;

    /** Makes the directory below java.io.tmpdir. */
    public ScratchDirectory() throws IOException {
        path = Files.createTempDirectory("finspect-bench-");
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    private List<Path> below() throws IOException {
        try (Stream<Path> entries = Files.walk(path)) {
            return entries.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() throws IOException {
        for (Path entry : below()) {
            Files.deleteIfExists(entry);
        }
    }
}
