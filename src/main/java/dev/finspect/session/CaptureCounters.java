package dev.finspect.session;

import dev.finspect.wire.IcmpError;
import dev.finspect.wire.Undecoded;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what a capture sees and what it misses, and hands it on. Read by any thread. */
public final class CaptureCounters implements CaptureSink {
    private final LongAdder packets = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final CaptureSink next;
    /** Monotonic time at which nothing was left to read, if that has happened. */
    private volatile long caughtUpNanos;

    private volatile boolean caughtUp;

    /** Only counts. */
    public CaptureCounters() {
        this(new Discard());
    }

    /** Counts, then calls {@code next}. */
    public CaptureCounters(CaptureSink next) {
        this.next = next;
    }

    /** Packets seen: segments, ICMP errors, and what could not be decoded. */
    public long packets() {
        return packets.sum();
    }

    /** Packets for which the kernel had no room. */
    public long dropped() {
        return dropped.sum();
    }

    @Override
    public void segments(SegmentBatch batch) {
        packets.add(batch.size());
        next.segments(batch);
    }

    @Override
    public void icmpError(IcmpError error, byte[] packet) {
        packets.increment();
        next.icmpError(error, packet);
    }

    @Override
    public void undecoded(Undecoded reason) {
        packets.increment();
        next.undecoded(reason);
    }

    @Override
    public void dropped(long count, long fromNanos, long toNanos) {
        dropped.add(count);
        next.dropped(count, fromNanos, toNanos);
    }

    @Override
    public long caughtUp(long nowEpochNanos, long nowNanos) {
        caughtUpNanos = nowNanos;
        caughtUp = true;
        return next.caughtUp(nowEpochNanos, nowNanos);
    }

    /** Whether nothing was left to read at this moment of the monotonic clock, or at a later one. */
    public boolean caughtUpSince(long nanos) {
        return caughtUp && caughtUpNanos - nanos >= 0;
    }

    @Override
    public void ended(@Nullable String reason) {
        next.ended(reason);
    }

    /** Discards everything. */
    private static final class Discard implements CaptureSink {
        @Override
        public void segments(SegmentBatch batch) {}

        @Override
        public void icmpError(IcmpError error, byte[] packet) {}

        @Override
        public void dropped(long packets, long fromNanos, long toNanos) {}

        @Override
        public void ended(@Nullable String reason) {}
    }
}
