package dev.finspect.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Distinguishes a process from a later one with the same pid, by its start time.
 *
 * <p>On Linux this is the start time in clock ticks since boot (proc(5), field 22 of {@code stat}), which does not change when
 * the wall clock is set; on other systems, the start time that the system reports.
 */
final class ProcessMark {
    /** Index of {@code starttime} among the fields after the program's name, which is field 2 and may contain spaces. */
    private static final int START_TIME = 22 - 3;

    private ProcessMark() {}

    /** The real user id of a running process on Linux, which its program cannot hide; empty if there is none. */
    static Optional<String> user(long pid) {
        try (Stream<String> rows =
                Files.lines(Path.of("/proc", Long.toString(pid), "status"), StandardCharsets.ISO_8859_1)) {
            return rows.filter(row -> row.startsWith("Uid:"))
                    .map(row -> row.split("\\s+", -1)[1])
                    .findFirst();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** The mark of a running process; empty if no process has this pid. */
    static Optional<String> of(long pid) {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        if (Files.isDirectory(Path.of("/proc/self"))) {
            try {
                String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
                String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
                return Optional.of("ticks:" + fields[START_TIME]);
            } catch (IOException e) {
                return Optional.empty();
            }
        }
        return ProcessHandle.of(pid).flatMap(p -> p.info().startInstant()).map(i -> "at:" + i);
    }
}
