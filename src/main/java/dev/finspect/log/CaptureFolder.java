package dev.finspect.log;

import dev.finspect.record.Outcome;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder with one pcapng file for each session that hung or did not end cleanly. Total size and age are limited; the oldest
 * files are deleted first. Other files in the folder are not touched. Sessions wait in a bounded queue for the one thread that
 * writes.
 */
public final class CaptureFolder implements SessionSink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CaptureFolder.class);
    private static final String PREFIX = "finspect-";
    private static final String SUFFIX = ".pcapng";
    private static final int QUEUE_CAPACITY = 1024;
    private static final long CLOSE_TIMEOUT_MILLIS = 2000;
    private static final long POLL_MILLIS = 50;

    private final Path folder;
    private final long maxBytes;
    private final @Nullable Duration maxAge;
    private final Function<SessionRecord, Optional<byte[]>> export;
    private final ArrayBlockingQueue<SessionRecord> waiting = new ArrayBlockingQueue<>(QUEUE_CAPACITY);
    private final LongAdder dropped = new LongAdder();
    private final Thread thread = new Thread(this::write, "finspect-pcap");
    private volatile boolean closing;
    private boolean failing;

    private CaptureFolder(
            Path folder, long maxBytes, @Nullable Duration maxAge, Function<SessionRecord, Optional<byte[]>> export) {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.maxAge = maxAge;
        this.export = export;
        thread.setDaemon(true);
    }

    /**
     * Creates the folder if it is missing, and starts the writer.
     *
     * @param maxBytes maximum size of all files together
     * @param maxAge maximum age of a file; null for no limit
     * @param export returns the pcapng file of a session; empty if nothing was captured of it
     * @throws IOException if the folder cannot be created or written to; the message says why
     */
    public static CaptureFolder open(
            Path folder, long maxBytes, @Nullable Duration maxAge, Function<SessionRecord, Optional<byte[]>> export)
            throws IOException {
        Files.createDirectories(folder);
        Files.delete(Files.createTempFile(folder, PREFIX, ".probe"));
        CaptureFolder opened = new CaptureFolder(folder, maxBytes, maxAge, export);
        opened.thread.start();
        return opened;
    }

    /** The name of this sink in metrics. */
    public String name() {
        return "pcap";
    }

    @Override
    public void closed(SessionRecord record) {
        Diagnosed diagnosed = record.diagnosed();
        boolean hung = diagnosed != null && diagnosed.blamed();
        if ((record.outcome() != Outcome.CLEAN || hung) && !waiting.offer(record)) {
            dropped.increment();
        }
    }

    /** Number of sessions whose file was due but not written. Any thread. */
    public long dropped() {
        return dropped.sum();
    }

    /** Writes the waiting sessions, for at most two seconds. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(CLOSE_TIMEOUT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try {
            for (SessionRecord record = next(); record != null; record = next()) {
                Optional<byte[]> file = export.apply(record);
                if (file.isPresent()) {
                    write(record, file.get());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Null if it is closing and the queue is empty. */
    private @Nullable SessionRecord next() throws InterruptedException {
        while (true) {
            SessionRecord record = waiting.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
            if (record != null || closing) {
                return record;
            }
        }
    }

    private void write(SessionRecord record, byte[] bytes) {
        Outcome outcome = record.outcome();
        String name = PREFIX + record.identity().id() + "-" + (outcome == null ? "open" : outcome.label()) + SUFFIX;
        try {
            Path draft = Files.createTempFile(folder, PREFIX, ".draft");
            Files.write(draft, bytes);
            Files.move(draft, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            deleteOldest();
            failing = false;
        } catch (IOException e) {
            dropped.increment();
            if (!failing) {
                failing = true;
                LOG.warn(
                        "Captures cannot be saved in {}: {}. Failures are counted; traffic is not affected",
                        folder,
                        e.toString());
            }
        }
    }

    /** Session ids, and so file names, sort by the time at which the sessions began. */
    private void deleteOldest() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(CaptureFolder::isCapture).forEach(files::add);
        }
        files.sort(Comparator.comparing(path -> path.getFileName().toString()));
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        Instant oldest = maxAge == null ? Instant.MIN : Instant.now().minus(maxAge);
        for (Path file : files) {
            if (bytes <= maxBytes
                    && !Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
                return;
            }
            bytes -= Files.size(file);
            Files.delete(file);
        }
    }

    private static boolean isCapture(Path file) {
        Path name = file.getFileName();
        return name != null
                && name.toString().startsWith(PREFIX)
                && name.toString().endsWith(SUFFIX);
    }
}
