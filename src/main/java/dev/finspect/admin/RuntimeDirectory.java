package dev.finspect.admin;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The user's directory for files that live as long as a process: {@code $XDG_RUNTIME_DIR/finspect}; where that directory
 * belongs to another user, {@code finspect-UID} in it; otherwise that in the directory for temporary files.
 *
 * <p>Everyone can write to the latter, so another user may have created the directory first. A directory that belongs to
 * another user, or that others may enter, is rejected.
 */
public final class RuntimeDirectory {
    /** What a directory among other users' begins with; the user id follows. */
    static final String SHARED = "finspect-";

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
                boolean own =
                        String.valueOf(Files.getAttribute(runtime, "unix:uid")).equals(userId());
                return runtime.resolve(own ? "finspect" : SHARED + userId());
            }
        }
        return temporary.resolve(SHARED + userId());
    }

    /**
     * The directories of other users that root looks into as well: those next to its own, each of the user that its name has.
     * None for another user.
     */
    public static List<Path> ofOthers() throws IOException {
        String own = userId();
        if (!own.equals("0")) {
            return List.of();
        }
        List<Path> others = new ArrayList<>();
        Set<Path> places = new LinkedHashSet<>();
        String xdg = System.getenv("XDG_RUNTIME_DIR");
        if (xdg != null && !xdg.isEmpty()) {
            places.add(Path.of(xdg));
        }
        places.add(Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
        for (Path place : places) {
            if (Files.isDirectory(place)) {
                try (DirectoryStream<Path> found = Files.newDirectoryStream(place, SHARED + "[0-9]*")) {
                    found.forEach(others::add);
                }
            }
        }
        others.removeIf(each -> each.endsWith(SHARED + own));
        return others;
    }

    /** The user id in the name of a directory among other users'; empty if it is none. */
    static Optional<String> userIn(Path directory) {
        String name = String.valueOf(directory.getFileName());
        return name.startsWith(SHARED) ? Optional.of(name.substring(SHARED.length())) : Optional.empty();
    }

    /** Removes a directory among other users' if it is empty. */
    static void removeIfShared(Path directory) {
        if (userIn(directory).isPresent()) {
            try {
                Files.deleteIfExists(directory);
            } catch (IOException e) {
                // Another process of this user has a file in it.
            }
        }
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
        check(directory, userId());
    }

    /** The same for the directory of this user. */
    static void check(Path directory, String userId) throws IOException {
        Map<String, Object> found =
                Files.readAttributes(directory, "unix:isDirectory,isSymbolicLink,uid,mode", LinkOption.NOFOLLOW_LINKS);
        if (!Boolean.TRUE.equals(found.get("isDirectory"))) {
            throw new IOException(directory + " is not a directory: remove it");
        }
        if (!String.valueOf(found.get("uid")).equals(userId)) {
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
