package dev.finspect.cli.read;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Shows on a terminal how much of a long file has been read. For one thread. */
public final class CaptureProgress {
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream err;
    private final boolean wanted;
    private long nextNanos;
    private boolean shown;

    /** Shows nothing unless {@code wanted}. */
    public CaptureProgress(PrintStream err, boolean wanted, long nowNanos) {
        this.err = err;
        this.wanted = wanted;
        nextNanos = nowNanos + QUIET_NANOS;
    }

    /** Updates the line, at most every 250 ms. */
    public void show(CaptureInput input, long offsetBytes, long packets, long nowNanos) {
        if (!wanted || nowNanos - nextNanos < 0) {
            return;
        }
        nextNanos = nowNanos + BETWEEN_NANOS;
        shown = true;
        String far = input.sizeBytes() > 0
                ? 100 * Math.min(offsetBytes, input.sizeBytes()) / input.sizeBytes() + "%"
                : offsetBytes / 1_000_000 + " MB";
        err.print(CLEAR + "reading " + input.name() + ": " + far + ", " + String.format(Locale.ROOT, "%,d", packets)
                + " packets");
        err.flush();
    }

    /** Clears the line before other output. */
    public void clear() {
        if (shown) {
            err.print(CLEAR);
            err.flush();
            shown = false;
        }
    }
}
