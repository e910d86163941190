package dev.finspect.session;

import dev.finspect.wire.IcmpError;
import dev.finspect.wire.Undecoded;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a live capture sees. Always called on the capture's own thread, one call after the other; what it throws ends
 * the capture and nothing else. While it works nothing is read from the kernel's ring, so it should hand on and return.
 */
public interface CaptureSink {
    /** Segments, in order; never an empty batch. They come up to some tens of milliseconds after their time stamps. */
    void segments(SegmentBatch batch);

    /**
     * An ICMP error that quotes a segment; all segments before it in the capture have been told, none after it.
     *
     * @param packet from its IP header to the first eight bytes of the quoted TCP header
     */
    void icmpError(IcmpError error, byte[] packet);

    /** A packet that passed the filter, and yet is not what it should be; strange, and of no session. */
    default void undecoded(Undecoded reason) {}

    /**
     * The kernel had no room for packets, and nobody saw them. Segments with earlier time stamps than {@code toNanos} can
     * still follow.
     *
     * @param packets how many, at least one; of them some may have been other segments than a session's own
     * @param fromNanos the time before which nothing was lost, wall clock, nanoseconds since the Unix epoch
     * @param toNanos the time at which the kernel was asked; what is lost later is told later
     */
    void dropped(long packets, long fromNanos, long toNanos);

    /**
     * Nothing is left to read for the moment.
     *
     * @param nowEpochNanos wall clock, nanoseconds since the Unix epoch; what passed more than some tens of milliseconds
     *     before it has been told
     * @param nowNanos the same moment by the monotonic clock, which nobody sets: two moments are told apart by it even where
     *     the wall clock was set back between them
     * @return milliseconds after which the sink wants to hear of the time again, whether or not packets come
     */
    default long caughtUp(long nowEpochNanos, long nowNanos) {
        return Long.MAX_VALUE;
    }

    /** No more will come: null after a close, else a sentence on what ended the capture. The last call, exactly once. */
    void ended(@Nullable String reason);
}
