package dev.finspect.session;

import dev.finspect.wire.IcmpError;
import dev.finspect.wire.Undecoded;
import org.jspecify.annotations.Nullable;

/**
 * Receives the packets of a live capture. Always called on the capture's own thread, one call after the other. An exception
 * ends the capture and nothing else. While a call runs nothing is read from the kernel's ring, so it should return soon.
 */
public interface CaptureSink {
    /** Segments, in order; never an empty batch. They come up to some tens of milliseconds after their time stamps. */
    void segments(SegmentBatch batch);

    /**
     * An ICMP error that quotes a segment; all segments before it in the capture have been delivered, none after it.
     *
     * @param packet from its IP header to the first eight bytes of the quoted TCP header
     */
    void icmpError(IcmpError error, byte[] packet);

    /** A packet that passed the filter and could not be decoded. It belongs to no session. */
    default void undecoded(Undecoded reason) {}

    /**
     * The kernel had no room for packets, and they were lost. Segments with earlier time stamps than {@code toNanos} can
     * still follow.
     *
     * @param packets how many, at least one; of them some may have been other segments than a session's own
     * @param fromNanos the time before which nothing was lost, wall clock, nanoseconds since the Unix epoch
     * @param toNanos the time at which the kernel was asked; what is lost later is reported later
     */
    void dropped(long packets, long fromNanos, long toNanos);

    /**
     * Nothing is left to read for the moment.
     *
     * @param nowEpochNanos wall clock, nanoseconds since the Unix epoch; what passed more than some tens of milliseconds
     *     before it has been delivered
     * @param nowNanos the same moment by the monotonic clock, which is never set: it orders two moments even where
     *     the wall clock was set back between them
     * @return milliseconds after which this method is to be called again, whether or not packets come
     */
    default long caughtUp(long nowEpochNanos, long nowNanos) {
        return Long.MAX_VALUE;
    }

    /** No more will come: null after a close, else a sentence on what ended the capture. The last call, exactly once. */
    void ended(@Nullable String reason);
}
