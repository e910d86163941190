package dev.finspect.log;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Destination and format of the session log.
 *
 * @param format JSON or text
 * @param file the file to append to; null for standard output
 * @param maxBytes size at which the file is renamed to {@code .1} and a new one is started; 0 for no limit. Ignored for standard
 *     output
 * @param keep number of renamed files to keep
 * @param queueCapacity maximum number of waiting records; further records are dropped and counted
 * @param colour whether text lines use terminal colours; JSON never does
 * @param mode permissions of a file that is created
 * @param columns of the terminal that text is folded to; 0 where there is none
 * @param instance the name of this finspect in compact lines
 */
public record LogSettings(
        Format format,
        @Nullable Path file,
        long maxBytes,
        int keep,
        int queueCapacity,
        boolean colour,
        Set<PosixFilePermission> mode,
        IntSupplier columns,
        String instance) {
    /** Default mode of a file: its owner writes, its group reads, others cannot read whom it names. */
    public static final Set<PosixFilePermission> DEFAULT_MODE = Collections.unmodifiableSet(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.GROUP_READ));

    /** Default queue capacity if the heap is large enough. */
    public static final int DEFAULT_QUEUE_CAPACITY = 8_192;

    /** Heap that a waiting record uses (4.5 kB measured, plus a margin). */
    private static final int RECORD_HEAP_BYTES = 5_000;

    /** Format of a line. */
    public enum Format {
        /** One JSON object per line with what is known and says something, as {@code session-line.schema.json} describes it. */
        COMPACT,
        /** One JSON object per line with every field, as {@code session-record.schema.json} describes it. */
        JSON,
        /** Lines and sentences for people. */
        TEXT,
        /** Aligned columns, one line per session. */
        TABLE
    }

    /** Throws an {@link IllegalArgumentException} if a number is out of range. */
    public LogSettings {
        if (maxBytes < 0) {
            throw new IllegalArgumentException(
                    "The log's size limit is " + maxBytes + " bytes; use 0 for no limit, or a positive number");
        }
        if (keep < 0) {
            throw new IllegalArgumentException("The number of old log files to keep is " + keep + "; use 0 or more");
        }
        if (queueCapacity < 1) {
            throw new IllegalArgumentException("The log's queue capacity is " + queueCapacity + "; use at least 1");
        }
    }

    /**
     * The default queue capacity for a heap of {@code maxHeapBytes}: {@value #DEFAULT_QUEUE_CAPACITY} records, or as many as
     * fit into a quarter of the heap, so that a blocked log cannot exhaust a small heap.
     */
    public static int defaultQueueCapacity(long maxHeapBytes) {
        return (int) Math.max(1, Math.min(DEFAULT_QUEUE_CAPACITY, maxHeapBytes / 4 / RECORD_HEAP_BYTES));
    }

    /** With the default mode. */
    public LogSettings(Format format, @Nullable Path file, long maxBytes, int keep, int queueCapacity, boolean colour) {
        this(format, file, maxBytes, keep, queueCapacity, colour, DEFAULT_MODE, () -> 0, "");
    }

    /** The same with this mode for files. */
    public LogSettings withMode(Set<PosixFilePermission> permissions) {
        return new LogSettings(
                format, file, maxBytes, keep, queueCapacity, colour, Set.copyOf(permissions), columns, instance);
    }

    /** The same for a terminal of as many columns. */
    public LogSettings withColumns(IntSupplier terminal) {
        return new LogSettings(format, file, maxBytes, keep, queueCapacity, colour, mode, terminal, instance);
    }

    /** The same with this name of finspect. */
    public LogSettings withInstance(String name) {
        return new LogSettings(format, file, maxBytes, keep, queueCapacity, colour, mode, columns, name);
    }

    /** Standard output, with the default queue capacity. */
    public static LogSettings standardOutput(Format format, boolean colour) {
        return new LogSettings(format, null, 0, 0, defaultQueueCapacity(), colour);
    }

    /** A file without colours, with the default queue capacity. */
    public static LogSettings file(Format format, Path file, long maxBytes, int keep) {
        return new LogSettings(format, file, maxBytes, keep, defaultQueueCapacity(), false);
    }

    private static int defaultQueueCapacity() {
        return defaultQueueCapacity(Runtime.getRuntime().maxMemory());
    }
}
