package dev.finspect.cli.run;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.log.FileErrorText;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that lists the bound ports for other programs: a line {@code NAME=PORT} for each listener, in the order of the
 * configuration, and {@code @admin=PORT} for the admin server (no route's name starts with {@code @}). It is written
 * atomically, once everything listens, and removed at the end.
 */
public final class PortFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PortFile.class);

    private final Path file;
    private final String lines;

    private PortFile(Path file, String lines) {
        this.file = file;
        this.lines = lines;
    }

    /** Checks, before anything listens, that the file can be written. */
    public static void probe(Path file) throws CommandFailure {
        Path draft = draft(file);
        try {
            if (Files.isDirectory(file)) {
                throw new FileSystemException(file.toString(), null, "is a directory");
            }
            Files.writeString(draft, "");
        } catch (IOException e) {
            throw cannot(file, e);
        } finally {
            deleteQuietly(draft);
        }
    }

    /** Writes it. */
    public static PortFile write(
            Path file, Map<String, List<InetSocketAddress>> listening, Optional<InetSocketAddress> admin)
            throws CommandFailure {
        StringBuilder lines = new StringBuilder();
        listening.forEach((route, addresses) -> addresses.forEach(address ->
                lines.append(route).append('=').append(address.getPort()).append('\n')));
        admin.ifPresent(a -> lines.append("@admin=").append(a.getPort()).append('\n'));
        Path draft = draft(file);
        try {
            Files.writeString(draft, lines);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return new PortFile(file, lines.toString());
        } catch (IOException e) {
            deleteQuietly(draft);
            throw cannot(file, e);
        }
    }

    /** Removes the file, unless another process has written its own. */
    @Override
    public void close() {
        try {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && Files.readString(file).equals(lines)) {
                Files.delete(file);
            }
        } catch (IOException e) {
            LOG.warn("The port file {} cannot be removed: {}", file, FileErrorText.of(e));
        }
    }

    private static CommandFailure cannot(Path file, IOException e) {
        return new CommandFailure(
                ExitCode.CONFIGURATION,
                "cannot write the port file " + file + ": " + FileErrorText.of(e)
                        + ". Name a file in an existing directory that finspect can write to.");
    }

    private static Path draft(Path file) {
        return file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid() + ".new");
    }

    private static void deleteQuietly(Path draft) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            // The caller reports the problem with this directory.
        }
    }
}
