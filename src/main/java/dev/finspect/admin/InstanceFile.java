package dev.finspect.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** The file {@code PID.json}, mode 0600, through which other commands of the same user find a running finspect. */
public final class InstanceFile implements AutoCloseable {
    static final String SUFFIX = ".json";
    private static final int MAX_BYTES = 1 << 20;
    private static final int MOST_ATTEMPTS = 10;

    private final Path file;
    private final Instance instance;

    private InstanceFile(Path file, Instance instance) {
        this.file = file;
        this.instance = instance;
    }

    /**
     * Writes the file atomically, so that no reader sees half of it.
     *
     * @param directory {@link RuntimeDirectory#ofThisUser()}; created if it is missing
     * @throws IOException if the directory is not private to this user or cannot be written; the message says what to do
     */
    public static InstanceFile write(Path directory, Instance instance) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return writeOnce(directory, instance);
            } catch (NoSuchFileException e) {
                // Another process may just have removed the empty directory.
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static InstanceFile writeOnce(Path directory, Instance instance) throws IOException {
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

    /** Path of the file. */
    public Path path() {
        return file;
    }

    /** Removes the file, unless another process has replaced it. */
    @Override
    public void close() {
        try {
            if (read(file).filter(i -> i.token().equals(instance.token())).isPresent()) {
                Files.deleteIfExists(file);
                RuntimeDirectory.removeIfShared(
                        file.toAbsolutePath().resolveSibling(".").normalize());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file, e);
        }
    }

    /** Where a process has its Unix socket for a successor. */
    public static Path socket(Path directory, long pid) {
        return directory.resolve(pid + ".sock");
    }

    /**
     * The running instances, oldest first. Removes files of processes that have ended; skips files that are not instance files
     * or cannot be parsed.
     *
     * @throws IOException if the directory exists but is not private to this user
     */
    public static List<Instance> running(Path directory) throws IOException {
        List<Instance> running = new ArrayList<>();
        for (Path file : files(directory, RuntimeDirectory.userId())) {
            Optional<Instance> instance = read(file);
            if (instance.isPresent() && instance.get().running()) {
                running.add(instance.get());
            } else if (instance.isPresent()) {
                Files.deleteIfExists(file);
                Files.deleteIfExists(socket(directory, instance.get().pid()));
            }
        }
        running.sort(Comparator.comparing(Instance::startedAt));
        return running;
    }

    /** What may be instance files; none where there is no directory, or where the last process in it has just removed it. */
    private static List<Path> files(Path directory, String user) throws IOException {
        List<Path> files = new ArrayList<>();
        try {
            RuntimeDirectory.check(directory, user);
            try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "[0-9]*" + SUFFIX)) {
                found.forEach(files::add);
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return files;
    }

    /**
     * The running instances of all users, for root, wherever their files are: only processes that really are of the user whose
     * directory names them. Empty for another user. Removes nothing.
     */
    public static List<Instance> runningOfOthers() throws IOException {
        List<Instance> running = new ArrayList<>();
        for (Path directory : RuntimeDirectory.ofOthers()) {
            String user = RuntimeDirectory.userIn(directory).orElse("");
            List<Path> files;
            try {
                files = files(directory, user);
            } catch (IOException e) {
                continue; // Not a directory that finspect would use.
            }
            for (Path file : files) {
                read(file)
                        .filter(Instance::running)
                        .filter(instance -> ProcessMark.user(instance.pid())
                                .filter(user::equals)
                                .isPresent())
                        .ifPresent(running::add);
            }
        }
        if (RuntimeDirectory.userId().equals("0")) {
            for (Instance instance : InstanceSearch.everywhere()) {
                if (running.stream().noneMatch(known -> known.pid() == instance.pid())) {
                    running.add(instance);
                }
            }
        }
        running.sort(Comparator.comparing(Instance::startedAt));
        return running;
    }

    static Optional<Instance> read(Path file) {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MAX_BYTES) {
                return Optional.empty();
            }
            return Optional.of(InstanceJson.read(Files.readAllBytes(file)));
        } catch (IOException e) {
            return Optional.empty(); // Removed in the meantime, not an instance file, or written by a later version.
        }
    }
}
