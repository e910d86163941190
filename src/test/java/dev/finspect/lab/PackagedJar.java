package dev.finspect.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The packaged finspect, in a copy of this run's own: a build beside it may replace the jar at any time. */
public final class PackagedJar {
    private static final Path COPY = copyOnce();

    private PackagedJar() {}

    /** The copy, which is removed when the tests are over. */
    public static Path path() {
        return COPY;
    }

    private static Path copyOnce() {
        try {
            Path copy = copyTo(Files.createTempFile("finspect-", ".jar"));
            copy.toFile().deleteOnExit();
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path copyTo(Path file) throws IOException {
        return Files.copy(Path.of("target", "finspect.jar"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}
