package dev.finspect.log;

import dev.finspect.log.compact.CompactLine;
import dev.finspect.log.json.JsonRecordEncoder;
import dev.finspect.log.line.LineEncoder;
import dev.finspect.log.text.SessionTable;
import dev.finspect.log.text.TextLine;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session log: receives records on the event loops, writes them as lines on its own thread.
 *
 * <p>An event loop only puts the record into a bounded queue; it never waits for a disk, a terminal or a pipe. After
 * {@link #close(Duration)}, the number of records offered is exactly {@link #written()} plus {@link #dropped()}.
 */
public final class RecordLog implements SessionSink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecordLog.class);
    private static final Duration DEFAULT_DRAIN = Duration.ofSeconds(5);
    private static final int NOWHERE_CAPACITY = 256;

    private final RecordQueue<Object> queue;
    private volatile LineTarget target;
    private final LongAdder deletedBefore = new LongAdder();
    private final LogWriter writer;
    private final boolean file;
    private final boolean forPrograms;
    private final int mostIds;
    private final LineChoice choice = new LineChoice(LineRule.ALL);
    private final LongAdder rejected = new LongAdder();
    private final LongAdder leftOut = new LongAdder();
    private final DropReport report;

    RecordLog(int queueCapacity, LineEncoder encoder, LineTarget target) {
        this(
                queueCapacity,
                encoder,
                target,
                () -> {},
                new DropReporting(count -> reportDrops(target, count), DropReport.INTERVAL));
    }

    RecordLog(int queueCapacity, LineEncoder encoder, LineTarget target, Runnable begin, DropReporting reporting) {
        this.target = target;
        file = target instanceof RotatingFile;
        forPrograms = encoder.forPrograms();
        mostIds = encoder.mostIds();
        queue = new RecordQueue<>(queueCapacity);
        writer = new LogWriter(queue, encoder, target, begin);
        report = new DropReport("finspect-log-drops", this::dropped, reporting.message(), reporting.interval());
    }

    private static void reportDrops(LineTarget target, long count) {
        LOG.warn(
                "Session log {}: records are dropped, {} so far: it is blocked or slow, and the queue is full. Traffic is"
                        + " not affected",
                target,
                count);
    }

    /**
     * Opens the target and starts the writer.
     *
     * @throws IOException if the file cannot be opened; the message says what to do
     */
    public static RecordLog open(LogSettings settings) throws IOException {
        LineEncoder encoder = encoder(settings);
        Path file = settings.file();
        LineTarget target = file == null ? StreamTarget.standardOutput() : openFile(file, settings);
        RecordLog log = new RecordLog(
                settings.queueCapacity(),
                encoder,
                target,
                () -> {},
                new DropReporting(count -> reportDrops(target, count), DropReport.INTERVAL));
        log.writer.start();
        return log;
    }

    private static LineEncoder encoder(LogSettings settings) {
        return switch (settings.format()) {
            case COMPACT -> new CompactLine(settings.instance());
            case JSON -> new JsonRecordEncoder();
            case TEXT -> new TextLine(settings.colour(), settings.columns());
            case TABLE -> new SessionTable(settings.colour(), settings.file() == null);
        };
    }

    /** A log that makes all lines in this format and writes them nowhere; {@code begin} is run on the writer's thread first. */
    public static RecordLog nowhere(LogSettings.Format format, Runnable begin) {
        RecordLog log = new RecordLog(
                NOWHERE_CAPACITY,
                encoder(LogSettings.standardOutput(format, false)),
                new NoTarget(),
                begin,
                new DropReporting(count -> {}, DropReport.INTERVAL));
        log.writer.start();
        return log;
    }

    /** The name of this sink in metrics. */
    public String name() {
        return "log";
    }

    @Override
    public void progressed(SessionRecord record) {
        if (forPrograms || record.event() != RecordEvent.PROGRESS || !hangs(record)) {
            choose(record);
        }
    }

    /** For people, the line about a hang stands until it is over; no line says again that the session is open. */
    private static boolean hangs(SessionRecord record) {
        Diagnosed diagnosed = record.diagnosed();
        return diagnosed != null && diagnosed.findings().stream().anyMatch(SessionFinding::hangs);
    }

    @Override
    public void closed(SessionRecord record) {
        choose(record);
    }

    @Override
    public void merged(SessionRecord record) {
        choose(record);
    }

    @Override
    public void omitted(OmittedLines lines) {
        if ((forPrograms || lines.event() != RecordEvent.PROGRESS) && choice.has(lines)) {
            lines.parts(mostIds).forEach(this::offer);
        }
    }

    @Override
    public void attemptFailed(SessionRecord record) {
        choose(record);
    }

    /** From now on, only these records have lines. Any thread. */
    public void follow(LineRule rule) {
        choice.follow(rule);
    }

    private void choose(SessionRecord record) {
        int standsFor = choice.linesFor(record);
        if (standsFor == 1) {
            offer(record);
        } else if (standsFor > 1) {
            offer(new SampledRecord(record, standsFor));
        } else {
            leftOut.increment();
        }
    }

    /** Reopens the file, soon, on the writer's thread; false if the log is not a file. Any thread. */
    public boolean reopen() {
        if (file) {
            writer.reopen();
        }
        return file;
    }

    /**
     * Opens another file for the records, in which they are written once it is {@link FileChange#commit committed}.
     *
     * @throws IOException if the file cannot be opened; the message says what to do
     * @throws IllegalStateException if the log is not a file
     */
    public FileChange prepare(LogSettings settings) throws IOException {
        Path path = settings.file();
        if (!file || path == null) {
            throw new IllegalStateException("only a file can be changed for another");
        }
        RotatingFile next = openFile(path, settings);
        return new FileChange() {
            @Override
            public void commit() {
                writer.change(next);
                deletedBefore.add(target.deletedLines());
                target = next;
            }

            @Override
            public void abandon() {
                try {
                    next.close();
                } catch (IOException e) {
                    LOG.debug("closing {}", next, e);
                }
            }
        };
    }

    /** Another file for the records, which is open. One of these methods follows. */
    public interface FileChange {
        /** Writes records there, soon, and closes the file before. */
        void commit();

        /** Closes it; records go on to the file before. */
        void abandon();
    }

    /** Number of records written as whole lines. Any thread. */
    public long written() {
        return writer.written();
    }

    /** Number of records that have no line, as the rule says. Any thread. */
    public long leftOut() {
        return leftOut.sum();
    }

    /** Number of records that rotation has deleted with the file that held them. Any thread. */
    public long deleted() {
        return deletedBefore.sum() + target.deletedLines();
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
        report.close();
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

    private void offer(Object line) {
        if (queue.offer(line)) {
            writer.recordQueued();
        } else {
            rejected.increment();
            report.dropped();
        }
    }

    private static RotatingFile openFile(Path path, LogSettings settings) throws IOException {
        RotatingFile file = new RotatingFile(path, settings.maxBytes(), settings.keep(), settings.mode());
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

    /**
     * How drops are reported.
     *
     * @param message says how many records were dropped so far
     * @param interval between two messages, at least
     */
    record DropReporting(LongConsumer message, Duration interval) {}
}
