package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;
import org.jspecify.annotations.Nullable;

/** Tracks the receive window that one endpoint advertises, and when it was closed. */
final class WindowTracker {
    /** RFC 7323 section 2.3. */
    private static final int MOST_SHIFT = 14;

    private static final int UNKNOWN = -1;

    private int shift = UNKNOWN;
    private long last = UNKNOWN;
    private long least;
    private long greatest;
    private long zeroWindows;
    private long periods;
    private long closedNanos;
    private long closedSinceNanos;
    private boolean closed;
    private long openedAtNanos = Long.MIN_VALUE;

    /** Sets the shift after the handshake: this endpoint's own if both sent the option, otherwise 0. */
    void negotiated(int offeredShift) {
        shift = Math.min(offeredShift, MOST_SHIFT);
    }

    boolean closed() {
        return closed;
    }

    /** Whether it is closed, or was at any time after {@code atNanos}. */
    boolean closedSince(long atNanos) {
        return closed || openedAtNanos > atNanos;
    }

    /** The last window, scaled; negative if none was captured. */
    long lastBytes() {
        return last;
    }

    /**
     * Whether so many unacknowledged bytes fill the last window; null if none was captured. Without the scale it can be larger
     * than its field: then only exactly as many bytes fill it, and more leave it open.
     */
    @Nullable
    Boolean isFilledBy(long unacknowledged) {
        if (unacknowledged == 0) {
            return false;
        }
        boolean unknown = last < 0 || (shift == UNKNOWN && unacknowledged > last);
        return unknown ? null : (Boolean) (unacknowledged >= last);
    }

    /** Processes a segment. The window of a SYN is not scaled, and that of an RST has no meaning. */
    void segment(TcpSegment segment) {
        int flags = segment.flags();
        if ((flags & (TcpFlags.SYN | TcpFlags.RST)) != 0) {
            return;
        }
        long window = (long) segment.windowField() << Math.max(0, shift);
        least = last < 0 ? window : Math.min(least, window);
        greatest = last < 0 ? window : Math.max(greatest, window);
        last = window;
        if (window > 0) {
            open(segment.atNanos());
        } else if ((flags & TcpFlags.FIN) == 0) {
            zero(segment.atNanos());
        }
    }

    private void zero(long atNanos) {
        zeroWindows++;
        if (!closed) {
            closed = true;
            closedSinceNanos = atNanos;
            periods++;
        }
    }

    private void open(long atNanos) {
        if (closed) {
            closed = false;
            openedAtNanos = atNanos;
            closedNanos += Math.max(0, atNanos - closedSinceNanos);
        }
    }

    WindowFacts facts(long untilNanos) {
        return new WindowFacts(
                shift == UNKNOWN ? null : shift,
                known(last),
                known(least),
                known(greatest),
                zeroWindows,
                periods,
                closedNanos + (closed ? Math.max(0, untilNanos - closedSinceNanos) : 0),
                closed ? closedSinceNanos : null);
    }

    private @Nullable Long known(long bytes) {
        return last < 0 ? null : bytes;
    }
}
