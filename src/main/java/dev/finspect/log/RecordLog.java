package dev.finspect.log;

import dev.finspect.log.json.JsonRecordEncoder;
import dev.finspect.log.line.LineEncoder;
import dev.finspect.log.text.TextLine;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * The session log: receives records on the event loops, writes them as lines on its own thread.
 *
 * <p>An event loop only puts the record into a bounded queue; it never waits for a disk, a terminal or a pipe. After
 * {@link #close(Duration)}, the number of records offered is exactly {@link #written()} plus {@link #dropped()}.
 */
public final class RecordLog implements SessionSink, AutoCloseable {
    private static final Duration DEFAULT_DRAIN = Duration.ofSeconds(5);

    private final RecordQueue queue;
    private final LogWriter writer;
    private final LongAdder rejected = new LongAdder();

    RecordLog(int queueCapacity, LineEncoder encoder, LineTarget target) {
        queue = new RecordQueue(queueCapacity);
        writer = new LogWriter(queue, encoder, target);
    }

    /**
     * Opens the target and starts the writer.
     *
     * @throws IOException if the file cannot be opened; the message says what to do
     */
    public static RecordLog open(LogSettings settings) throws IOException {
        boolean text = settings.format() == LogSettings.Format.TEXT;
        LineEncoder encoder = text ? new TextLine(settings.colour(), settings.file() == null) : new JsonRecordEncoder();
        Path file = settings.file();
        RecordLog log = new RecordLog(
                settings.queueCapacity(),
                encoder,
                file == null ? StreamTarget.standardOutput() : openFile(file, settings));
        log.writer.start();
        return log;
    }

    /** The name of this sink in metrics. */
    public String name() {
        return "log";
    }

    @Override
    public void progressed(SessionRecord record) {
        offer(record);
    }

    @Override
    public void closed(SessionRecord record) {
        offer(record);
    }

    @Override
    public void attemptFailed(SessionRecord record) {
        offer(record);
    }

    /** Number of records written as whole lines. Any thread. */
    public long written() {
        return writer.written();
    }

    /** Number of records lost because the queue was full, or because {@link #close(Duration)} timed out. Any thread. */
    public long dropped() {
        return rejected.sum() + writer.lost();
    }

    /**
     * Accepts no more records and writes the waiting ones.
     *
     * @return whether every accepted record is written; false after {@code timeout}: the remaining records are dropped and
     *     counted. A line in the middle of a write to a blocked pipe counts as dropped, although part of it may be written
     */
    public boolean close(Duration timeout) {
        queue.close();
        boolean ended = false;
        try {
            ended = writer.awaitEnd(timeout.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            writer.abandon();
        }
        return writer.lost() == 0;
    }

    /** Closes with a timeout of five seconds. */
    @Override
    public void close() {
        close(DEFAULT_DRAIN);
    }

    /** Starts the writer of a log that was not created by {@link #open(LogSettings)}. */
    RecordLog start() {
        writer.start();
        return this;
    }

    /** Whether the next record must wake the writer. */
    boolean isWriterAsleep() {
        return writer.isAsleep();
    }

    private void offer(SessionRecord record) {
        if (queue.offer(record)) {
            writer.recordQueued();
        } else {
            rejected.increment();
        }
    }

    private static RotatingFile openFile(Path path, LogSettings settings) throws IOException {
        RotatingFile file = new RotatingFile(path, settings.maxBytes(), settings.keep());
        try {
            file.open();
        } catch (IOException e) {
            throw new IOException(
                    "cannot open the session log " + path + ": " + FileErrorText.of(e)
                            + ". Name a file in an existing directory that finspect can write to",
                    e);
        }
        return file;
    }
}
