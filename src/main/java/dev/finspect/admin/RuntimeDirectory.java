package dev.finspect.admin;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The user's own directory for what lives as long as a process: {@code $XDG_RUNTIME_DIR/finspect}, or
 * {@code finspect-UID} in the directory for temporary files.
 *
 * <p>The latter can be written by everyone, so that another user may have been there first: a directory that is not ours,
 * or that others may enter, is refused.
 */
public final class RuntimeDirectory {
    private RuntimeDirectory() {}

    /** Where it is for this user; it need not exist. */
    public static Path ofThisUser() throws IOException {
        return of(System.getenv("XDG_RUNTIME_DIR"), Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
    }

    static Path of(@Nullable String xdgRuntimeDir, Path temporary) throws IOException {
        if (xdgRuntimeDir != null && !xdgRuntimeDir.isEmpty()) {
            Path runtime = Path.of(xdgRuntimeDir);
            // A process that has changed its user since was left the variable of another one.
            if (Files.isDirectory(runtime) && Files.isWritable(runtime)) {
                return runtime.resolve("finspect");
            }
        }
        return temporary.resolve("finspect-" + userId());
    }

    /** Makes the directory where it is missing, and makes sure that it is ours alone. */
    static void open(Path directory) throws IOException {
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            check(directory);
        }
    }

    /** Refuses a directory that is a link, that belongs to another user, or that others may enter or write. */
    static void check(Path directory) throws IOException {
        Map<String, Object> found =
                Files.readAttributes(directory, "unix:isDirectory,isSymbolicLink,uid,mode", LinkOption.NOFOLLOW_LINKS);
        if (!Boolean.TRUE.equals(found.get("isDirectory"))) {
            throw new IOException(directory + " is not a directory: remove it");
        }
        if (!String.valueOf(found.get("uid")).equals(userId())) {
            throw new IOException(directory + " belongs to another user (uid " + found.get("uid")
                    + "): have it removed, or set XDG_RUNTIME_DIR to a directory of your own");
        }
        if (found.get("mode") instanceof Integer mode && (mode & 0077) != 0) {
            throw new IOException(directory + " is open to other users: chmod 700 " + directory);
        }
    }

    /** The user id that the files of this process get. */
    static String userId() throws IOException {
        Path probe = Files.createTempFile("finspect", null);
        try {
            return String.valueOf(Files.getAttribute(probe, "unix:uid"));
        } finally {
            Files.delete(probe);
        }
    }
}
