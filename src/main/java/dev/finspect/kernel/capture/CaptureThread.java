package dev.finspect.kernel.capture;

import dev.finspect.session.CaptureSink;
import dev.finspect.tcp.EpochNanos;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that reads a ring and tells the sink. It owns the ring's memory and gives it back itself, so that nobody
 * reads what is no longer there.
 */
final class CaptureThread extends Thread {
    private static final Logger LOG = LoggerFactory.getLogger(CaptureThread.class);
    private static final int LOOK_MILLIS = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long NANOS_A_MILLI = 1_000_000;

    private final PacketSocket socket;
    private final CaptureSettings settings;
    private final CaptureSink sink;
    private volatile boolean ending;
    private long nothingLostUntilNanos;
    private long askedAtNanos = System.nanoTime();

    CaptureThread(PacketSocket socket, CaptureSettings settings, CaptureSink sink) {
        super("finspect-capture");
        setDaemon(true);
        this.socket = socket;
        this.settings = settings;
        this.sink = sink;
        this.nothingLostUntilNanos = nowEpochNanos();
    }

    /** Ends it and waits for a while; from the thread itself, without waiting. */
    void end() {
        ending = true;
        socket.wake();
        if (Thread.currentThread() == this) {
            return;
        }
        try {
            join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    @SuppressWarnings("CatchingUnchecked") // whatever it is, it ends the capture and nothing else
    public void run() {
        String reason = null;
        try {
            read();
        } catch (Throwable e) {
            reason = "the capture broke off: " + e;
            LOG.warn("the capture has ended by an error; from now on records lack what only the wire shows", e);
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
            if (ring.ready()) {
                boolean losing = ring.losing();
                long lastNanos = blocks.read();
                ring.release();
                if (losing) {
                    askForDrops();
                } else {
                    nothingLostUntilNanos = Math.max(nothingLostUntilNanos, lastNanos);
                }
            } else if (!socket.await(patienceMillis())) {
                askForDropsAtTimes();
            }
        }
    }

    private int patienceMillis() {
        return (int) Math.max(1, Math.min(LOOK_MILLIS, sink.caughtUp(nowEpochNanos(), System.nanoTime())));
    }

    private void askForDropsAtTimes() {
        if (System.nanoTime() - askedAtNanos >= LOOK_MILLIS * NANOS_A_MILLI) {
            askForDrops();
        }
    }

    private void askForDrops() {
        askedAtNanos = System.nanoTime();
        long nowEpochNanos = nowEpochNanos();
        long packets = socket.takeDropped();
        if (packets > 0) {
            sink.dropped(packets, nothingLostUntilNanos, Math.max(nowEpochNanos, nothingLostUntilNanos));
        }
        nothingLostUntilNanos = nowEpochNanos;
    }

    private static long nowEpochNanos() {
        return EpochNanos.of(Instant.now());
    }
}
