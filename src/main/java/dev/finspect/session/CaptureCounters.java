package dev.finspect.session;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what a capture sees and what it misses, and hands it on. Read by any thread. */
public final class CaptureCounters implements CaptureSink {
    private final LongAdder packets = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final CaptureSink next;

    /** Counts before {@code next} is told. */
    public CaptureCounters(CaptureSink next) {
        this.next = next;
    }

    /** Packets seen: segments and ICMP errors. */
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
    public void icmpError(CapturedIcmp error) {
        packets.increment();
        next.icmpError(error);
    }

    @Override
    public void dropped(long count, long fromNanos, long toNanos) {
        dropped.add(count);
        next.dropped(count, fromNanos, toNanos);
    }

    @Override
    public void ended(@Nullable String reason) {
        next.ended(reason);
    }
}
