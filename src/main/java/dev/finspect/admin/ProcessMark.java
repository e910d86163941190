package dev.finspect.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Tells a process from a later one that was given the same pid.
 *
 * <p>On Linux the mark is the start time in clock ticks since boot (proc(5), field 22 of {@code stat}), which no step of the
 * clock moves; elsewhere the start time as the system gives it.
 */
final class ProcessMark {
    /** Index of {@code starttime} among the fields after the program's name, which is field 2 and may hold spaces. */
    private static final int START_TIME = 22 - 3;

    private ProcessMark() {}

    /** The mark of a process that runs; empty where none of this pid does. */
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
