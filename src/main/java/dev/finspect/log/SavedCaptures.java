package dev.finspect.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a capture folder in the order in which they were written, with their total size. The folder is listed once;
 * after that each file costs the same, however many there are. Files that other programs add later are not included.
 * Confined to one thread.
 */
final class SavedCaptures {
    private static final String PREFIX = "finspect-";
    private static final String SUFFIX = ".pcapng";

    private final Path folder;
    private final long maxBytes;
    private final @Nullable Duration maxAge;
    private final ArrayDeque<Saved> oldestFirst = new ArrayDeque<>();
    private long bytes;

    SavedCaptures(Path folder, long maxBytes, @Nullable Duration maxAge) {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.maxAge = maxAge;
    }

    /** The name of a file with this word between the prefix and the suffix. */
    static String name(String word) {
        return PREFIX + word + SUFFIX;
    }

    /** Lists the folder; called once, first. */
    void list() throws IOException {
        List<Saved> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                Saved saved = saved(file);
                if (saved != null) {
                    found.add(saved);
                }
            }
        }
        found.sort(Comparator.comparingLong(Saved::atMillis).thenComparing(Saved::name));
        found.forEach(this::add);
    }

    /** A file was written now. */
    void written(String name, long size, Instant now) {
        add(new Saved(name, size, now.toEpochMilli()));
    }

    /** Deletes the oldest files until size and age are within their limits. */
    void deleteOldest(Instant now) throws IOException {
        long oldestMillis = maxAge == null ? Long.MIN_VALUE : now.minus(maxAge).toEpochMilli();
        for (Saved oldest = oldestFirst.peekFirst();
                oldest != null && (bytes > maxBytes || oldest.atMillis < oldestMillis);
                oldest = oldestFirst.peekFirst()) {
            Files.deleteIfExists(folder.resolve(oldest.name));
            oldestFirst.removeFirst();
            bytes -= oldest.bytes;
        }
    }

    /** Size of all files together. */
    long bytes() {
        return bytes;
    }

    private void add(Saved saved) {
        oldestFirst.addLast(saved);
        bytes += saved.bytes;
    }

    /** The file with its attributes; null if it is no capture, or was deleted meanwhile. */
    private static @Nullable Saved saved(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        if (!name.startsWith(PREFIX) || !name.endsWith(SUFFIX)) {
            return null;
        }
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Saved(
                    name, attributes.size(), attributes.lastModifiedTime().toMillis());
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private record Saved(String name, long bytes, long atMillis) {}
}
