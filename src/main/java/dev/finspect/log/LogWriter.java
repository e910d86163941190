package dev.finspect.log;

import dev.finspect.log.line.LineBatch;
import dev.finspect.log.line.LineEncoder;
import dev.finspect.session.SessionRecord;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that turns waiting records into lines and writes them, many at a time.
 *
 * <p>After each write it rests for a few milliseconds, and looks again by itself for a second before it sleeps until the
 * next record wakes it: waking a thread costs a loop some 20 microseconds, so it must not happen for every record. What could not be written it keeps and tries again four
 * times a second, while the queue fills and, once full, drops what is newest.
 */
final class LogWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
    /** Bytes after which a batch is written even though more records wait. */
    private static final int BATCH_BYTES = 64 * 1024;

    private static final long REST_NANOS = 5_000_000L;
    /** Rest after a look that found nothing, and how many of these come before sleep. */
    private static final long IDLE_NANOS = 20_000_000L;

    private static final int IDLE_RESTS = 50;
    private static final long RETRY_NANOS = 250_000_000L;

    private final RecordQueue queue;
    private final LineEncoder encoder;
    private final LineTarget target;
    private final LineBatch batch = new LineBatch(BATCH_BYTES + 32 * 1024);
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final Thread thread = new Thread(this, "finspect-log");

    private final Object books = new Object();
    private long written;
    private long unencodable;
    private boolean abandoned;
    private boolean failing;

    LogWriter(RecordQueue queue, LineEncoder encoder, LineTarget target) {
        this.queue = queue;
        this.encoder = encoder;
        this.target = target;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Tells that a record was put into the queue. Any thread; wakes the writer only when it sleeps. */
    void recordWaits() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
        }
    }

    /** Whether {@link #recordWaits()} would wake it. */
    boolean isAsleep() {
        return asleep.get();
    }

    /** Waits until the closed queue is empty and all is written; false when {@code millis} did not suffice. */
    boolean awaitEnd(long millis) throws InterruptedException {
        LockSupport.unpark(thread);
        if (millis > 0) {
            thread.join(millis);
        }
        return !thread.isAlive();
    }

    /** Gives up: nothing is written or counted from now on. */
    void abandon() {
        synchronized (books) {
            abandoned = true;
        }
        LockSupport.unpark(thread);
    }

    /** Lines written. */
    long written() {
        synchronized (books) {
            return written;
        }
    }

    /** Records that were taken in and will never be lines. */
    long lost() {
        synchronized (books) {
            return abandoned ? queue.accepted() - written : unencodable;
        }
    }

    @Override
    public void run() {
        int idleRests = 0;
        while (!isAbandoned()) {
            fill();
            if (batch.remaining() > 0) {
                idleRests = 0;
                writeAndRest();
            } else if (queue.isDrained()) {
                break;
            } else if (idleRests < IDLE_RESTS) {
                idleRests++;
                LockSupport.parkNanos(this, IDLE_NANOS);
            } else {
                sleep();
            }
        }
        try {
            target.close();
        } catch (IOException e) {
            LOG.warn("Session log {} did not close: {}", target, e.toString());
        }
    }

    private void writeAndRest() {
        boolean full = batch.remaining() >= BATCH_BYTES;
        if (!write()) {
            LockSupport.parkNanos(this, RETRY_NANOS);
        } else if (!full || batch.remaining() > 0) {
            LockSupport.parkNanos(this, REST_NANOS);
        }
    }

    private void fill() {
        while (batch.remaining() < BATCH_BYTES) {
            SessionRecord record = queue.poll();
            if (record == null) {
                return;
            }
            try {
                encoder.append(record, batch);
                batch.endLine();
            } catch (RuntimeException | OutOfMemoryError e) {
                batch.dropUnfinishedLine();
                countUnencodable(record, e);
            }
        }
    }

    private void countUnencodable(SessionRecord record, Throwable reason) {
        synchronized (books) {
            unencodable++;
        }
        LOG.error(
                "The record of session {} cannot be written", record.identity().id(), reason);
    }

    /** Whether the target took what it could without an error. */
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
                        "Session log {} cannot be written: {}. Records wait, and are dropped and counted when the queue is"
                                + " full; traffic goes on",
                        target,
                        e.toString());
            }
            return false;
        } finally {
            count();
        }
    }

    private void count() {
        synchronized (books) {
            if (!abandoned) {
                written += batch.takeLinesWritten();
            }
        }
    }

    private boolean isAbandoned() {
        synchronized (books) {
            return abandoned;
        }
    }

    /** Until a record comes or the queue is closed. Either is visible after {@code asleep} is set, or wakes. */
    private void sleep() {
        asleep.set(true);
        while (asleep.get() && queue.isEmpty() && !queue.isDrained()) {
            LockSupport.park(this);
        }
        asleep.set(false);
    }
}
