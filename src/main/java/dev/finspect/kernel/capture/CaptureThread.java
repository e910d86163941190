package dev.finspect.kernel.capture;

import dev.finspect.session.CaptureSink;
import dev.finspect.tcp.EpochNanos;
import dev.finspect.wire.filter.FilterProgram;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that reads the packet ring and calls the sink. It owns the ring's memory and unmaps it itself, so that no other
 * thread can read unmapped memory. Its priority is that of the event loops: what it leaves unread keeps sessions that have ended
 * in memory, and collecting them as garbage costs the loops more than its bursts do.
 */
final class CaptureThread extends Thread {
    private static final Logger LOG = LoggerFactory.getLogger(CaptureThread.class);
    private static final int QUERY_INTERVAL_MILLIS = 1000;
    /** The kernel hands over a block that has packets within this time, or later on a busy host. */
    private static final int FILLING_MILLIS = 20;

    private static final Duration END_TIMEOUT = Duration.ofSeconds(2);
    private static final long NANOS_A_MILLI = 1_000_000;

    private final PacketSocket socket;
    private final CaptureSettings settings;
    private final CaptureSink sink;
    private volatile boolean ending;
    private long completeUntilNanos;
    private long queriedAtNanos = System.nanoTime();

    CaptureThread(PacketSocket socket, CaptureSettings settings, CaptureSink sink) {
        super("finspect-capture");
        setDaemon(true);
        this.socket = socket;
        this.settings = settings;
        this.sink = sink;
        this.completeUntilNanos = nowEpochNanos();
    }

    /** Replaces the filter. Any thread. */
    void attach(FilterProgram filter) throws CaptureStepRefused {
        socket.attach(filter);
    }

    /** Ends the thread and waits for a limited time; does not wait if called by the thread itself. */
    void end() {
        ending = true;
        socket.wake();
        if (Thread.currentThread() == this) {
            return;
        }
        try {
            join(END_TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    @SuppressWarnings("CatchingUnchecked") // any error ends the capture and nothing else
    public void run() {
        String reason = null;
        try {
            read();
        } catch (Throwable e) {
            reason = "the capture failed: " + e;
            LOG.warn(
                    "The capture ended with an error. From now on records lack what is visible only in captured packets.",
                    e);
        } finally {
            close(reason);
        }
    }

    private void close(@Nullable String reason) {
        try {
            socket.close();
        } finally {
            sink.ended(reason);
        }
    }

    private void read() {
        PacketRing ring = new PacketRing(socket.ring(), settings.blockBytes(), settings.blocks());
        BlockReader blocks = new BlockReader(ring, sink);
        while (!ending) {
            // Before the ring is checked: this thread can be descheduled between the check and the next line.
            long nowEpochNanos = nowEpochNanos();
            long nowNanos = System.nanoTime();
            if (ring.ready()) {
                boolean losing = ring.losing();
                long lastNanos = blocks.read();
                ring.release();
                if (losing) {
                    queryDrops();
                } else {
                    completeUntilNanos = Math.max(completeUntilNanos, lastNanos);
                }
            } else if (!socket.await(ring.filling() ? FILLING_MILLIS : waitMillis(nowEpochNanos, nowNanos))) {
                queryDropsPeriodically();
            }
        }
    }

    private int waitMillis(long nowEpochNanos, long nowNanos) {
        return (int) Math.max(1, Math.min(QUERY_INTERVAL_MILLIS, sink.caughtUp(nowEpochNanos, nowNanos)));
    }

    private void queryDropsPeriodically() {
        if (System.nanoTime() - queriedAtNanos >= QUERY_INTERVAL_MILLIS * NANOS_A_MILLI) {
            queryDrops();
        }
    }

    private void queryDrops() {
        queriedAtNanos = System.nanoTime();
        long nowEpochNanos = nowEpochNanos();
        long packets = socket.takeDropped();
        if (packets > 0) {
            sink.dropped(packets, completeUntilNanos, Math.max(nowEpochNanos, completeUntilNanos));
        }
        completeUntilNanos = nowEpochNanos;
    }

    private static long nowEpochNanos() {
        return EpochNanos.of(Instant.now());
    }
}
