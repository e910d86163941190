package dev.finspect.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** The file by which later commands of the same user find a running finspect; {@code PID.json}, mode 0600. */
public final class InstanceFile implements AutoCloseable {
    private static final String SUFFIX = ".json";
    private static final int LONGEST_BYTES = 1 << 20;

    private final Path file;
    private final Instance instance;

    private InstanceFile(Path file, Instance instance) {
        this.file = file;
        this.instance = instance;
    }

    /**
     * Writes the file, at once and whole, so that nobody reads half of it.
     *
     * @param directory {@link RuntimeDirectory#ofThisUser()}; made where it is missing
     * @throws IOException where the directory is not ours alone or cannot be written; the message says what to do
     */
    public static InstanceFile write(Path directory, Instance instance) throws IOException {
        RuntimeDirectory.open(directory);
        Path file = directory.resolve(instance.pid() + SUFFIX);
        Path draft = directory.resolve(instance.pid() + ".draft");
        Files.deleteIfExists(draft);
        try (var channel = Files.newByteChannel(
                draft,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(InstanceJson.write(instance));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return new InstanceFile(file, instance);
    }

    /** Where it is. */
    public Path path() {
        return file;
    }

    /** Removes the file, unless it has become another's. */
    @Override
    public void close() {
        try {
            if (read(file).filter(i -> i.token().equals(instance.token())).isPresent()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file, e);
        }
    }

    /**
     * The instances that run, oldest first. Files of processes that are gone are removed; files that are not ours, or that
     * cannot be understood, are passed over.
     *
     * @throws IOException where the directory is there but not ours alone
     */
    public static List<Instance> running(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        RuntimeDirectory.check(directory);
        List<Instance> running = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "[0-9]*" + SUFFIX)) {
            for (Path file : files) {
                Optional<Instance> instance = read(file);
                if (instance.isPresent() && instance.get().running()) {
                    running.add(instance.get());
                } else if (instance.isPresent()) {
                    Files.deleteIfExists(file);
                }
            }
        }
        running.sort(Comparator.comparing(Instance::startedAt));
        return running;
    }

    private static Optional<Instance> read(Path file) {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LONGEST_BYTES) {
                return Optional.empty();
            }
            return Optional.of(InstanceJson.read(Files.readAllBytes(file)));
        } catch (IOException e) {
            return Optional.empty(); // Gone in the meantime, not one of ours, or of a later version.
        }
    }
}
