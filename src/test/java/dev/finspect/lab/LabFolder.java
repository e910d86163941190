package dev.finspect.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder for one test that an ordinary user may read when root made it; removed with all that is in it. */
public final class LabFolder implements AutoCloseable {
    private final Path path;

    /** Makes it. */
    public LabFolder() throws IOException {
        path = Files.createTempDirectory("finspect-lab-");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A path in it. */
    public Path path(String name) {
        return path.resolve(name);
    }

    /** A file in it with this text. */
    public Path file(String name, String text) throws IOException {
        return Files.writeString(path(name), text);
    }

    /** A directory in it that belongs to the user whom {@link Programs#unprivileged} takes. */
    public Path ownDirectory(String name) throws IOException {
        Path directory = Files.createDirectory(path(name));
        if (Programs.isRoot()) {
            Files.setOwner(
                    directory,
                    directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        }
        return directory;
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path each : deepestFirst) {
                Files.deleteIfExists(each);
            }
        }
    }
}
