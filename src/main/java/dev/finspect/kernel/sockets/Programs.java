package dev.finspect.kernel.sockets;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which process holds which socket, by the links in {@code /proc/PID/fd} (proc(5)). What it found before is looked at first,
 * and believed only when the link still stands; the whole of {@code /proc}, 25 to 800 ms, is gone through at most for a
 * twentieth of the time. For one thread, and not for an event loop.
 */
public final class Programs {
    private static final int MOST_KEPT = 20_000;
    private static final long REST_FACTOR = 20;
    private static final String SOCKET = "socket:[";

    private final Path proc;
    private final Map<Long, Held> known = new LinkedHashMap<>();
    private long restUntilNanos;
    private boolean scanned;
    private int denied;

    /** Those of this machine, as far as this user's {@code /proc} shows them. */
    public Programs() {
        this(Path.of("/proc"));
    }

    Programs(Path proc) {
        this.proc = proc;
    }

    /**
     * What came of looking for a socket's holder.
     *
     * @param program null when it was not seen
     * @param reason why; null when it was
     */
    public record Search(
            @Nullable Program program, @Nullable String reason) {}

    /** Who holds the socket of this inode. */
    public Search holder(long inode, long nowNanos) {
        Program found = confirmed(inode);
        if (found == null && scanned && nowNanos - restUntilNanos < 0) {
            return new Search(null, "the processes were looked through just now, and it was not there yet");
        }
        if (found == null) {
            scan(nowNanos);
            found = confirmed(inode);
        }
        return found == null ? new Search(null, reason()) : new Search(found, null);
    }

    /** Into how many processes the last search could not look; it makes one if there was none. */
    public int denied(long nowNanos) {
        if (!scanned) {
            scan(nowNanos);
        }
        return denied;
    }

    private String reason() {
        return denied > 0
                ? "no process that this user may look into holds it, and " + denied
                        + " belong to others (root, or CAP_SYS_PTRACE, sees them)"
                : "no process in this /proc holds it: it runs in another container or PID namespace";
    }

    private @Nullable Program confirmed(long inode) {
        Held held = known.get(inode);
        if (held == null) {
            return null;
        }
        try {
            if (Files.readSymbolicLink(held.link).toString().equals(SOCKET + inode + "]")) {
                String name = Files.readString(
                                proc.resolve(Long.toString(held.processId)).resolve("comm"),
                                StandardCharsets.ISO_8859_1)
                        .strip();
                return new Program(held.processId, name);
            }
        } catch (IOException e) {
            // It ended, or closed the socket.
        }
        known.remove(inode);
        return null;
    }

    private void scan(long nowNanos) {
        known.clear();
        denied = 0;
        scanned = true;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                scan(process);
            }
        } catch (IOException e) {
            // No /proc: nothing is found.
        }
        long took = Math.max(0, System.nanoTime() - nowNanos);
        restUntilNanos = nowNanos + took * REST_FACTOR;
    }

    private void scan(Path process) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                String target = target(descriptor);
                if (target.startsWith(SOCKET) && known.size() < MOST_KEPT) {
                    // The first process that has it: the parent, as a rule, where a child has inherited it.
                    known.putIfAbsent(
                            Long.parseLong(target.substring(SOCKET.length(), target.length() - 1)),
                            new Held(Long.parseLong(process.getFileName().toString()), descriptor));
                }
            }
        } catch (AccessDeniedException e) {
            denied++;
        } catch (NoSuchFileException e) {
            // It ended meanwhile.
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            denied++;
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // Closed meanwhile.
        }
    }

    private record Held(long processId, Path link) {}
}
