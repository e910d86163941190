package dev.finspect.log;

import dev.finspect.log.line.LineBatch;
import dev.finspect.log.line.LineEncoder;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.SessionRecord;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that encodes waiting records as lines and writes them in batches.
 *
 * <p>After each write it pauses for a few milliseconds. It then polls the queue for a second before it sleeps until the next
 * record wakes it: waking a thread costs an event loop about 20 microseconds, too much for every record. A failed write is
 * retried four times a second; meanwhile the queue fills, and a full queue drops the newest records.
 */
final class LogWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
    /** Size at which a batch is written although more records wait. */
    private static final int BATCH_BYTES = 64 * 1024;

    private static final long PAUSE_NANOS = 20_000_000L;
    /** Pause after a poll that found no record, and number of such polls before it sleeps. */
    private static final long IDLE_NANOS = 20_000_000L;

    private static final int IDLE_POLLS = 50;
    private static final long RETRY_NANOS = 250_000_000L;

    private final RecordQueue<Object> queue;
    private final LineEncoder encoder;
    private LineTarget target;
    private final Runnable begin;
    private final LineBatch batch = new LineBatch(BATCH_BYTES + 32 * 1024);
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final Thread thread = new Thread(this, "finspect-log");

    private final Object counters = new Object();
    private long written;
    private long unencodable;
    private boolean abandoned;
    private boolean failing;
    private volatile boolean reopenWanted;
    /** Targets to change to, the latest last. */
    private final Queue<LineTarget> next = new ConcurrentLinkedQueue<>();

    /** {@code begin} is run on the thread first. */
    LogWriter(RecordQueue<Object> queue, LineEncoder encoder, LineTarget target, Runnable begin) {
        this.queue = queue;
        this.encoder = encoder;
        this.target = target;
        this.begin = begin;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Called after a record was put into the queue. Any thread; wakes the writer only if it sleeps. */
    void recordQueued() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
        }
    }

    /** Reopens the target before the next write, soon. Any thread. */
    void reopen() {
        reopenWanted = true;
        recordQueued();
    }

    /** Changes to another target before the next write, soon; the one before is closed. Any thread. */
    void change(LineTarget other) {
        next.add(other);
        recordQueued();
    }

    /** Whether {@link #recordQueued()} would wake it. */
    boolean isAsleep() {
        return asleep.get();
    }

    /** Waits until the closed queue is empty and all lines are written; false after {@code millis}. */
    boolean awaitEnd(long millis) throws InterruptedException {
        LockSupport.unpark(thread);
        if (millis > 0) {
            thread.join(millis);
        }
        return !thread.isAlive();
    }

    /** Stops writing and counting. */
    void abandon() {
        synchronized (counters) {
            abandoned = true;
        }
        LockSupport.unpark(thread);
    }

    /** Number of lines written. */
    long written() {
        synchronized (counters) {
            return written;
        }
    }

    /** Number of records that were accepted but will never be written. */
    long lost() {
        synchronized (counters) {
            return abandoned ? queue.accepted() - written : unencodable;
        }
    }

    @Override
    public void run() {
        begin.run();
        int idlePolls = 0;
        while (!isAbandoned()) {
            fill();
            // After the queue was read, so that no record that was queued after the wish goes to the target before it.
            changeIfWanted();
            reopenIfWanted();
            if (batch.remaining() > 0) {
                idlePolls = 0;
                writeAndPause();
            } else if (queue.isDrained()) {
                break;
            } else if (idlePolls < IDLE_POLLS) {
                idlePolls++;
                LockSupport.parkNanos(this, IDLE_NANOS);
            } else {
                sleep();
            }
        }
        changeIfWanted();
        closeTarget();
    }

    private void closeTarget() {
        try {
            target.close();
        } catch (IOException e) {
            LOG.warn("Session log {} cannot be closed: {}", target, e.toString());
        }
    }

    /** What waits for a target that cannot be written goes to the next one. */
    private void changeIfWanted() {
        for (LineTarget other = next.poll(); other != null; other = next.poll()) {
            closeTarget();
            target = other;
        }
    }

    private void reopenIfWanted() {
        if (reopenWanted) {
            reopenWanted = false;
            try {
                target.reopen();
            } catch (IOException e) {
                LOG.warn(
                        "Session log {} cannot be reopened, and goes on in the open file: {}",
                        target,
                        FileErrorText.of(e));
            }
        }
    }

    private void writeAndPause() {
        boolean full = batch.remaining() >= BATCH_BYTES;
        if (!write()) {
            LockSupport.parkNanos(this, RETRY_NANOS);
        } else if (!full || batch.remaining() > 0) {
            LockSupport.parkNanos(this, PAUSE_NANOS);
        }
    }

    private void fill() {
        while (batch.remaining() < BATCH_BYTES) {
            Object queued = queue.poll();
            if (queued == null) {
                return;
            }
            try {
                append(queued);
                batch.endLine();
            } catch (RuntimeException | OutOfMemoryError e) {
                batch.dropUnfinishedLine();
                countUnencodable(queued, e);
            }
        }
    }

    private void append(Object queued) {
        if (queued instanceof SessionRecord record) {
            encoder.append(record, 1, batch);
        } else if (queued instanceof SampledRecord sampled) {
            encoder.append(sampled.record(), sampled.oneIn(), batch);
        } else if (queued instanceof OmittedLines lines) {
            encoder.append(lines, batch);
        } else {
            throw new AssertionError("not for the log: " + queued);
        }
    }

    private void countUnencodable(Object queued, Throwable reason) {
        synchronized (counters) {
            unencodable++;
        }
        String what = "A line about several sessions";
        if (queued instanceof SessionRecord record) {
            what = "The record of session " + record.identity().id();
        } else if (queued instanceof SampledRecord sampled) {
            what = "The record of session " + sampled.record().identity().id();
        }
        LOG.error("{} cannot be written", what, reason);
    }

    /** Whether the target wrote without an error. */
    private boolean write() {
        try {
            target.write(batch);
            if (failing) {
                failing = false;
                LOG.info("Session log {} can be written again", target);
            }
            return true;
        } catch (IOException e) {
            if (!failing) {
                failing = true;
                LOG.warn(
                        "Session log {} cannot be written: {}. Records wait; when the queue is full, further records"
                                + " are dropped and counted. Traffic is not affected",
                        target,
                        e.toString());
            }
            return false;
        } finally {
            count();
        }
    }

    private void count() {
        synchronized (counters) {
            if (!abandoned) {
                written += batch.takeLinesWritten();
            }
        }
    }

    private boolean isAbandoned() {
        synchronized (counters) {
            return abandoned;
        }
    }

    /** Sleeps until a record arrives or the queue is closed: either is visible after {@code asleep} is set, or wakes it. */
    private void sleep() {
        asleep.set(true);
        while (asleep.get() && queue.isEmpty() && !queue.isDrained() && !reopenWanted && next.isEmpty()) {
            LockSupport.park(this);
        }
        asleep.set(false);
    }
}
