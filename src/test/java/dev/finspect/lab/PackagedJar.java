package dev.finspect.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A copy of the packaged finspect for this test run, which every user may read. A build that runs at the same time may
 * replace the original at any moment.
 */
public final class PackagedJar {
    private static final Path COPY = copyOnce();

    private PackagedJar() {}

    /** The copy. It is removed when this JVM ends. */
    public static Path path() {
        return COPY;
    }

    private static Path copyOnce() {
        try {
            Path copy = Files.createTempFile("finspect-", ".jar");
            copy.toFile().deleteOnExit();
            Files.copy(Path.of("target", "finspect.jar"), copy, StandardCopyOption.REPLACE_EXISTING);
            return Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
