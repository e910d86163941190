package dev.finspect.lifecycle.connection;

import dev.finspect.wire.TcpOptions;
import dev.finspect.wire.TcpSegment;

/** Tracks how large the segments of an endpoint are that arrive, and those that do not. */
final class SizeTracker {
    private int largest;
    private int acknowledged;
    /** Size of a segment that is larger than any acknowledged one, and the number behind it; 0 without one. */
    private int pending;

    private int pendingEnd;
    private int sentAgain;
    private int sacked;
    private int behindGap;

    /**
     * Processes a segment with payload that probes nothing.
     *
     * @param isNew whether it contained anything that was not sent before
     * @param oldest whether it contains the oldest unacknowledged byte
     */
    void sent(TcpSegment segment, StreamTracker stream, boolean isNew, boolean oldest) {
        int bytes = segment.payloadBytes();
        if (isNew) {
            largest = Math.max(largest, bytes);
            if (pending == 0 && bytes > acknowledged) {
                pending = bytes;
                pendingEnd = segment.sequenceNumber() + bytes;
            }
        } else {
            // What is acknowledged then may have arrived in smaller parts.
            pending = bytes < pending ? 0 : pending;
            sentAgain = !oldest ? sentAgain : sentAgain == 0 ? bytes : Math.min(sentAgain, bytes);
        }
        if (stream.isBehindGap(segment.sequenceNumber())) {
            behindGap = Math.max(behindGap, bytes);
        }
    }

    /** Processes an acknowledgment of more bytes. */
    void acknowledged(int number) {
        if (pending > 0 && number - pendingEnd >= 0) {
            acknowledged = pending;
            pending = 0;
        }
        sentAgain = 0;
        sacked = 0;
    }

    /** Processes the SACK option of a segment of the other endpoint; one that names only what is acknowledged is a duplicate. */
    void sacked(TcpOptions.Sack sack, int acknowledgmentNumber) {
        if (sack.blocks() > 0 && sack.to() - acknowledgmentNumber > 0) {
            sacked = Math.max(sacked, sack.longestBytes());
        }
    }

    SizeFacts facts(StreamTracker stream) {
        long gap = stream.gapBytes();
        return new SizeFacts(largest, acknowledged, sentAgain, sacked, gap == 0 ? 0 : behindGap, gap);
    }
}
