package dev.finspect.kernel;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The file descriptors of this process: number in use and limits (proc(5), getrlimit(2)). Reads files: not for an event loop.
 *
 * @param open descriptors in use
 * @param softLimit the limit in force, RLIMIT_NOFILE; {@link Long#MAX_VALUE} for none
 * @param hardLimit up to which the process may raise the soft limit
 */
public record Descriptors(long open, long softLimit, long hardLimit) {
    private static final String ROW = "Max open files";
    private static final Path PROC_SELF = Path.of("/proc/self");

    /** Number of descriptors that can still be opened. */
    public long free() {
        return Math.max(0, softLimit - open);
    }

    /** Reads the current numbers. */
    public static Reading<Descriptors> read() {
        return read(PROC_SELF);
    }

    /** The same from a folder with the layout of {@code /proc/self}. */
    static Reading<Descriptors> read(Path self) {
        try {
            return parse(Files.readAllLines(self.resolve("limits")), self);
        } catch (NoSuchFileException e) {
            return new Reading.Unavailable<>(e.getFile() + " is not there");
        } catch (IOException e) {
            return new Reading.Unavailable<>(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private static Reading<Descriptors> parse(List<String> limits, Path self) throws IOException {
        for (String line : limits) {
            if (line.startsWith(ROW)) {
                String[] words = line.substring(ROW.length()).trim().split("\\s+", -1);
                try {
                    return new Reading.Value<>(
                            new Descriptors(count(self.resolve("fd")), limit(words[0]), limit(words[1])));
                } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                    return new Reading.Unavailable<>("cannot read this line of " + self + "/limits: " + line);
                }
            }
        }
        return new Reading.Unavailable<>(self + "/limits has no line \"" + ROW + "\"");
    }

    private static long limit(String word) {
        return word.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(word);
    }

    /** Number of entries in the folder, without the descriptor that reads it. */
    private static long count(Path folder) throws IOException {
        long entries = 0;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(folder)) {
            for (Path ignored : descriptors) {
                entries++;
            }
        }
        return Math.max(0, entries - 1);
    }
}
