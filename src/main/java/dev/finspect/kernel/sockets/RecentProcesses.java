package dev.finspect.kernel.sockets;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Name and state of processes, by {@code /proc/PID} (proc(5)), as they were a fifth of a second ago at most: one process can have
 * thousands of the sockets that are looked up together. Not thread-safe, and not for an event loop.
 */
final class RecentProcesses {
    private static final long RECENT_NANOS = 200_000_000;

    private final Path proc;
    private final Map<Long, String> names = new HashMap<>();
    private final Map<Long, Character> states = new HashMap<>();
    private long readSinceNanos;

    RecentProcesses(Path proc) {
        this.proc = proc;
    }

    /** Its name, as in {@code comm}; null where it cannot be read. */
    @Nullable
    String name(long processId, long nowNanos) {
        forgetOld(nowNanos);
        return names.computeIfAbsent(processId, id -> {
            String comm = read(id, "comm");
            return comm == null ? null : comm.strip();
        });
    }

    /** What its main thread does, as in the third field of {@code stat}; null where that cannot be read. */
    @Nullable
    Character state(long processId, long nowNanos) {
        forgetOld(nowNanos);
        return states.computeIfAbsent(processId, id -> {
            String stat = read(id, "stat");
            // The name before it may contain anything.
            int at = stat == null ? 0 : stat.lastIndexOf(')') + 2;
            return stat == null || at < 2 || at >= stat.length() ? null : (Character) stat.charAt(at);
        });
    }

    private void forgetOld(long nowNanos) {
        boolean none = names.isEmpty() && states.isEmpty();
        if (none || nowNanos - readSinceNanos >= RECENT_NANOS) {
            names.clear();
            states.clear();
            readSinceNanos = nowNanos;
        }
    }

    private @Nullable String read(long processId, String file) {
        try {
            return Files.readString(proc.resolve(Long.toString(processId)).resolve(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return null; // It ended.
        }
    }
}
