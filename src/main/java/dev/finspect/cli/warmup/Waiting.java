package dev.finspect.cli.warmup;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** A client's wait for events, in turns short enough to notice soon that it has to end. */
final class Waiting {
    static final long TURN_MILLIS = 100;
    private static final long MOST_SECONDS = 60;

    private long sinceNanos = System.nanoTime();

    /** After a turn with so many events; fails if there have been none for a minute. */
    void turn(int events) throws IOException {
        long nowNanos = System.nanoTime();
        if (events > 0) {
            sinceNanos = nowNanos;
        } else if (nowNanos - sinceNanos > TimeUnit.SECONDS.toNanos(MOST_SECONDS)) {
            throw new IOException("nothing has arrived for " + MOST_SECONDS + " s");
        }
    }
}
