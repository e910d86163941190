package dev.finspect.kernel.sockets;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the process that has a socket open, by the links in {@code /proc/PID/fd} (proc(5)). Checks a cached link first. A scan
 * of all of {@code /proc} takes 25 to 800 ms; scans use at most a twentieth of the time. Not thread-safe, and not for an event
 * loop.
 */
public final class SocketOwners {
    private static final int MOST_KEPT = 20_000;
    private static final long REST_FACTOR = 20;
    private static final String SOCKET = "socket:[";

    private final Path proc;
    private final RecentProcesses processes;
    private final Map<Long, Held> known = new LinkedHashMap<>();
    private long restUntilNanos;
    private boolean scanned;
    private int denied;

    /** Uses {@code /proc}, as far as this user may read it. */
    public SocketOwners() {
        this(Path.of("/proc"));
    }

    SocketOwners(Path proc) {
        this.proc = proc;
        this.processes = new RecentProcesses(proc);
    }

    /**
     * The result of a search.
     *
     * @param program null if it was not found
     * @param reason why not; null if it was found
     */
    public record Search(
            @Nullable SocketOwner program, @Nullable String reason) {}

    /** Finds the owner of the socket with this inode. */
    public Search holder(long inode, long nowNanos) {
        SocketOwner found = confirmed(inode, nowNanos);
        if (found == null && scanned && nowNanos - restUntilNanos < 0) {
            return new Search(null, "the processes were scanned a moment ago, and none had it then");
        }
        if (found == null) {
            scan(nowNanos);
            found = confirmed(inode, nowNanos);
        }
        return found == null ? new Search(null, reason()) : new Search(found, null);
    }

    /** The same by a single scan: a socket that it has not found is not sought again. */
    public Search listed(long inode, long nowNanos) {
        if (!scanned) {
            scan(nowNanos);
        }
        SocketOwner found = confirmed(inode, nowNanos);
        return found == null ? new Search(null, reason()) : new Search(found, null);
    }

    /** The inodes of the sockets that this process has open; empty where it cannot be read. */
    public static Set<Long> of(long processId) {
        Set<Long> inodes = new HashSet<>();
        Path folder = Path.of("/proc", Long.toString(processId), "fd");
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(folder)) {
            for (Path descriptor : descriptors) {
                long inode = inode(target(descriptor));
                if (inode >= 0) {
                    inodes.add(inode);
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            return Set.of(); // It ended, or is another user's.
        }
        return inodes;
    }

    private static long inode(String target) {
        return target.startsWith(SOCKET) ? Long.parseLong(target.substring(SOCKET.length(), target.length() - 1)) : -1;
    }

    /** What the process does, as {@link RecentProcesses#state} says. */
    public @Nullable Character state(long processId, long nowNanos) {
        return processes.state(processId, nowNanos);
    }

    /** Number of processes that the last scan could not read; scans first if there was none. */
    public int denied(long nowNanos) {
        if (!scanned) {
            scan(nowNanos);
        }
        return denied;
    }

    private String reason() {
        return denied > 0
                ? "no process that this user may inspect has it open, and " + denied
                        + " belong to other users (root, or CAP_SYS_PTRACE, can inspect them)"
                : "no process in this /proc has it open: it runs in another container or PID namespace";
    }

    private @Nullable SocketOwner confirmed(long inode, long nowNanos) {
        Held held = known.get(inode);
        if (held == null) {
            return null;
        }
        try {
            if (Files.readSymbolicLink(held.link).toString().equals(SOCKET + inode + "]")) {
                String name = processes.name(held.processId, nowNanos);
                if (name != null) {
                    return new SocketOwner(held.processId, name);
                }
            }
        } catch (IOException e) {
            // The process ended or closed the socket.
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
            // Without /proc nothing is found.
        }
        long took = Math.max(0, System.nanoTime() - nowNanos);
        restUntilNanos = nowNanos + took * REST_FACTOR;
    }

    private void scan(Path process) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                long inode = inode(target(descriptor));
                if (inode >= 0 && known.size() < MOST_KEPT) {
                    // Keeps the first process: usually the parent, if a child inherited the socket.
                    known.putIfAbsent(
                            inode, new Held(Long.parseLong(process.getFileName().toString()), descriptor));
                }
            }
        } catch (AccessDeniedException e) {
            denied++;
        } catch (NoSuchFileException e) {
            // The process ended meanwhile.
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
