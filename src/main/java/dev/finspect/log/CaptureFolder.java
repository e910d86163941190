package dev.finspect.log;

import dev.finspect.record.Outcome;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder with one pcapng file for each session that hung or did not end cleanly. Total size and age are limited; the files
 * that were written first are deleted first. Other files in the folder are not touched. Sessions wait in a bounded queue for the
 * one thread that writes; what finds no room in it is counted and reported.
 */
public final class CaptureFolder implements SessionSink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CaptureFolder.class);
    private static final int QUEUE_CAPACITY = 1024;
    private static final long CLOSE_TIMEOUT_MILLIS = 2000;
    private static final long POLL_MILLIS = 50;
    private static final long EXPIRY_NANOS = 60_000_000_000L;

    private final Path folder;
    private final SavedCaptures saved;
    private final Function<SessionRecord, Optional<byte[]>> export;
    private final ArrayBlockingQueue<SessionRecord> waiting;
    private final LongAdder dropped = new LongAdder();
    private final DropReport report;
    private volatile boolean closing;
    private @Nullable Thread thread;
    private long expiredAtNanos = System.nanoTime();
    private boolean failing;

    CaptureFolder(
            Path folder,
            SavedCaptures saved,
            Function<SessionRecord, Optional<byte[]>> export,
            int queueCapacity,
            LongConsumer message) {
        this.folder = folder;
        this.saved = saved;
        this.export = export;
        this.waiting = new ArrayBlockingQueue<>(queueCapacity);
        this.report = new DropReport("finspect-pcap-drops", dropped::sum, message, DropReport.INTERVAL);
    }

    /**
     * Creates the folder if it is missing, and starts the writer, which lists the folder first.
     *
     * @param maxBytes maximum size of all files together
     * @param maxAge maximum age of a file; null for no limit
     * @param export returns the pcapng file of a session; empty if nothing was captured of it
     * @param begin run first on the writer's thread
     * @throws IOException if the folder cannot be created or written to; the message says why
     */
    public static CaptureFolder open(
            Path folder,
            long maxBytes,
            @Nullable Duration maxAge,
            Function<SessionRecord, Optional<byte[]>> export,
            Runnable begin)
            throws IOException {
        Files.createDirectories(folder);
        Files.delete(Files.createTempFile(folder, "finspect-", ".probe"));
        return new CaptureFolder(
                        folder,
                        new SavedCaptures(folder, maxBytes, maxAge),
                        export,
                        QUEUE_CAPACITY,
                        count -> reportDrops(folder, count))
                .start(begin);
    }

    private static void reportDrops(Path folder, long count) {
        LOG.warn(
                "Captures are not saved in {}, {} so far: sessions end faster than files can be written, or a write failed."
                        + " Traffic is not affected",
                folder,
                count);
    }

    /** Starts the writer; {@code begin} is run on its thread first. */
    CaptureFolder start(Runnable begin) {
        thread = new Thread(() -> write(begin), "finspect-pcap");
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    /** The name of this sink in metrics. */
    public String name() {
        return "pcap";
    }

    @Override
    public void closed(SessionRecord record) {
        Diagnosed diagnosed = record.diagnosed();
        boolean hung = diagnosed != null && diagnosed.blamed();
        if ((endedBadly(record) || hung) && !waiting.offer(record)) {
            drop();
        }
    }

    /** A connection of others that goes on after its last record has no outcome. */
    private static boolean endedBadly(SessionRecord record) {
        return record.outcome() != null && record.outcome() != Outcome.CLEAN;
    }

    /** Number of sessions whose file was due but not written. Any thread. */
    public long dropped() {
        return dropped.sum();
    }

    /** Writes the waiting sessions, for at most two seconds. */
    @Override
    public void close() {
        closing = true;
        Thread writer = thread;
        try {
            if (writer != null) {
                writer.join(CLOSE_TIMEOUT_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        report.close();
    }

    private void drop() {
        dropped.increment();
        report.dropped();
    }

    private void write(Runnable begin) {
        begin.run();
        list();
        try {
            for (SessionRecord record = next(); record != null; record = next()) {
                write(record);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void list() {
        try {
            saved.list();
            saved.deleteOldest(Instant.now());
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("{} cannot be listed: {}. Files that are in it now are not deleted", folder, e.toString());
        }
    }

    /** Null if it is closing and the queue is empty. */
    private @Nullable SessionRecord next() throws InterruptedException {
        while (true) {
            SessionRecord record = waiting.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
            if (record != null || closing) {
                return record;
            }
            if (System.nanoTime() - expiredAtNanos >= EXPIRY_NANOS) {
                expire();
            }
        }
    }

    /** Deletes what has become too old or too much: after each file, and once a minute while none is written. */
    private void expire() {
        expiredAtNanos = System.nanoTime();
        try {
            saved.deleteOldest(Instant.now());
        } catch (IOException e) {
            failed(e);
        }
    }

    private void write(SessionRecord record) {
        try {
            Optional<byte[]> file = export.apply(record);
            if (file.isPresent()) {
                write(name(record), file.get());
                failing = false;
                expire();
            }
        } catch (IOException | RuntimeException e) {
            drop();
            failed(e);
        }
    }

    private static String name(SessionRecord record) {
        Outcome outcome = record.outcome();
        return SavedCaptures.name(record.identity().id() + "-" + (outcome == null ? "open" : outcome.label()));
    }

    private void write(String name, byte[] bytes) throws IOException {
        Path draft = Files.createTempFile(folder, "finspect-", ".draft");
        try {
            Files.write(draft, bytes);
            Files.move(draft, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw e;
        }
        saved.written(name, bytes.length, Instant.now());
    }

    private void failed(Exception reason) {
        if (!failing) {
            failing = true;
            LOG.warn("Captures cannot be saved in {}: {}", folder, reason.toString());
        }
    }
}
