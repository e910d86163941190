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
 * The user's directory for files that live as long as a process: {@code $XDG_RUNTIME_DIR/finspect}, or
 * {@code finspect-UID} in the directory for temporary files.
 *
 * <p>Everyone can write to the latter, so another user may have created the directory first. A directory that belongs to
 * another user, or that others may enter, is rejected.
 */
public final class RuntimeDirectory {
    private RuntimeDirectory() {}

    /** The path for this user; the directory may not exist. */
    public static Path ofThisUser() throws IOException {
        return of(System.getenv("XDG_RUNTIME_DIR"), Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
    }

    static Path of(@Nullable String xdgRuntimeDir, Path temporary) throws IOException {
        if (xdgRuntimeDir != null && !xdgRuntimeDir.isEmpty()) {
            Path runtime = Path.of(xdgRuntimeDir);
            // After a change of user, the variable may still name the directory of the former user.
            if (Files.isDirectory(runtime) && Files.isWritable(runtime)) {
                return runtime.resolve("finspect");
            }
        }
        return temporary.resolve("finspect-" + userId());
    }

    /** Creates the directory if it is missing, and checks that it is private to this user. */
    static void open(Path directory) throws IOException {
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            check(directory);
        }
    }

    /** Rejects a directory that is a symbolic link, belongs to another user, or is accessible to others. */
    static void check(Path directory) throws IOException {
        Map<String, Object> found =
                Files.readAttributes(directory, "unix:isDirectory,isSymbolicLink,uid,mode", LinkOption.NOFOLLOW_LINKS);
        if (!Boolean.TRUE.equals(found.get("isDirectory"))) {
            throw new IOException(directory + " is not a directory: remove it");
        }
        if (!String.valueOf(found.get("uid")).equals(userId())) {
            throw new IOException(directory + " belongs to another user (uid " + found.get("uid")
                    + "): remove it, or set XDG_RUNTIME_DIR to a directory of your own");
        }
        if (found.get("mode") instanceof Integer mode && (mode & 0077) != 0) {
            throw new IOException(directory + " is open to other users: chmod 700 " + directory);
        }
    }

    /** The user id that owns new files of this process. */
    static String userId() throws IOException {
        Path probe = Files.createTempFile("finspect", null);
        try {
            return String.valueOf(Files.getAttribute(probe, "unix:uid"));
        } finally {
            Files.delete(probe);
        }
    }
}
