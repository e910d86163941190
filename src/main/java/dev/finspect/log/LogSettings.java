package dev.finspect.log;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where session records go and in which form.
 *
 * @param file the file to append to; null for standard output
 * @param maxBytes size at which the file is renamed to {@code .1} and begun anew; 0 for never. Nothing for standard output
 * @param keep how many renamed files are kept
 * @param queueCapacity most records that wait to be written; what comes on top is dropped and counted
 * @param colour whether text lines may hold terminal colours; JSON never does
 */
public record LogSettings(
        Format format, @Nullable Path file, long maxBytes, int keep, int queueCapacity, boolean colour) {
    /** Most records that wait where nothing else is asked for and the heap has room. */
    public static final int DEFAULT_QUEUE_CAPACITY = 8_192;

    /** What a waiting record takes of the heap (4.5 kB measured, plus room). */
    private static final int RECORD_HEAP_BYTES = 5_000;

    /** What a line looks like. */
    public enum Format {
        /** One JSON object a line, as {@code session-record.schema.json} describes it. */
        JSON,
        /** One aligned line a session for a person's eye. */
        TEXT
    }

    /** Refuses numbers that make no sense with an {@link IllegalArgumentException}. */
    public LogSettings {
        if (maxBytes < 0) {
            throw new IllegalArgumentException("The log's size limit is " + maxBytes + "; give 0 for none, or bytes");
        }
        if (keep < 0) {
            throw new IllegalArgumentException("The number of old log files to keep is " + keep + "; give 0 or more");
        }
        if (queueCapacity < 1) {
            throw new IllegalArgumentException(
                    "The log's queue has room for " + queueCapacity + " records; give at least 1");
        }
    }

    /**
     * The usual queue for a heap of {@code maxHeapBytes}: {@value #DEFAULT_QUEUE_CAPACITY} records, or as many as take a
     * quarter of the heap when full, so that a blocked log cannot exhaust a small one.
     */
    public static int usualQueueCapacity(long maxHeapBytes) {
        return (int) Math.max(1, Math.min(DEFAULT_QUEUE_CAPACITY, maxHeapBytes / 4 / RECORD_HEAP_BYTES));
    }

    /** Standard output, with the usual queue. */
    public static LogSettings standardOutput(Format format, boolean colour) {
        return new LogSettings(format, null, 0, 0, usualQueueCapacity(), colour);
    }

    /** A file without colours, with the usual queue. */
    public static LogSettings file(Format format, Path file, long maxBytes, int keep) {
        return new LogSettings(format, file, maxBytes, keep, usualQueueCapacity(), false);
    }

    private static int usualQueueCapacity() {
        return usualQueueCapacity(Runtime.getRuntime().maxMemory());
    }
}
