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
 * The session log: takes records on the event loops, writes them as lines on a thread of its own.
 *
 * <p>A loop only puts the record into a bounded queue; it never waits for the disk, a terminal or a pipe. At every moment
 * after {@link #close(Duration)}, records offered are exactly {@link #written()} plus {@link #dropped()}.
 */
public final class RecordLog implements SessionSink, AutoCloseable {
    private static final Duration USUAL_DRAIN = Duration.ofSeconds(5);

    private final RecordQueue queue;
    private final LogWriter writer;
    private final LongAdder refused = new LongAdder();

    RecordLog(int queueCapacity, LineEncoder encoder, LineTarget target) {
        queue = new RecordQueue(queueCapacity);
        writer = new LogWriter(queue, encoder, target);
    }

    /**
     * Opens the target and starts the writer.
     *
     * @throws IOException the file cannot be opened; the message says what to do
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

    /** The label of this sink among the meters. */
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

    /** Records written as whole lines so far. Any thread. */
    public long written() {
        return writer.written();
    }

    /** Records that found the queue full, or that {@link #close(Duration)} could not wait for. Any thread. */
    public long dropped() {
        return refused.sum() + writer.lost();
    }

    /**
     * Takes no more records and writes those that wait.
     *
     * @return whether every record taken in is written; false when {@code timeout} did not suffice, and the rest is dropped
     *     and counted. A line under way into a blocked pipe counts as dropped, though part of it may have gone in
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

    /** Closes, waiting for five seconds at most. */
    @Override
    public void close() {
        close(USUAL_DRAIN);
    }

    /** Starts the writer of a log that was not made by {@link #open(LogSettings)}. */
    RecordLog start() {
        writer.start();
        return this;
    }

    /** Whether the next record will have to wake the writer. */
    boolean isWriterAsleep() {
        return writer.isAsleep();
    }

    private void offer(SessionRecord record) {
        if (queue.offer(record)) {
            writer.recordWaits();
        } else {
            refused.increment();
        }
    }

    private static RotatingFile openFile(Path path, LogSettings settings) throws IOException {
        RotatingFile file = new RotatingFile(path, settings.maxBytes(), settings.keep());
        try {
            file.open();
        } catch (IOException e) {
            throw new IOException(
                    "cannot open the session log " + path + ": " + FileTrouble.words(e)
                            + ". Name a file in a directory that exists and that finspect may write to",
                    e);
        }
        return file;
    }
}
