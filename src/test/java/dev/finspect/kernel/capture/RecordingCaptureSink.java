package dev.finspect.kernel.capture;

import dev.finspect.lab.Await;
import dev.finspect.session.CaptureSink;
import dev.finspect.session.SegmentBatch;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.Undecoded;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Records everything that a capture reports. */
class RecordingCaptureSink implements CaptureSink {
    /** A segment with the bytes of its headers. */
    @SuppressWarnings("ArrayRecordComponent")
    record Seen(TcpSegment segment, byte[] headers) {}

    /** One report of dropped packets. */
    record Dropped(long packets, long fromNanos, long toNanos) {}

    final List<Seen> seen = new CopyOnWriteArrayList<>();
    final List<IcmpError> icmpErrors = new CopyOnWriteArrayList<>();
    final List<byte[]> icmpPackets = new CopyOnWriteArrayList<>();
    final List<Undecoded> undecoded = new CopyOnWriteArrayList<>();
    final List<Dropped> dropped = new CopyOnWriteArrayList<>();
    final List<String> endings = new CopyOnWriteArrayList<>();
    final AtomicLong callsAfterEnd = new AtomicLong();

    @Override
    public void segments(SegmentBatch batch) {
        late();
        List<Seen> all = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            byte[] headers = new byte[batch.headerBytes(i)];
            batch.copyHeaders(i, headers, 0);
            all.add(new Seen(batch.segment(i), headers));
        }
        seen.addAll(all);
    }

    @Override
    public void icmpError(IcmpError error, byte[] packet) {
        late();
        icmpErrors.add(error);
        icmpPackets.add(packet);
    }

    @Override
    public void undecoded(Undecoded reason) {
        late();
        undecoded.add(reason);
    }

    @Override
    public void dropped(long packets, long fromNanos, long toNanos) {
        late();
        dropped.add(new Dropped(packets, fromNanos, toNanos));
    }

    @Override
    public void ended(@Nullable String reason) {
        late();
        endings.add(String.valueOf(reason));
    }

    private void late() {
        if (!endings.isEmpty()) {
            callsAfterEnd.incrementAndGet();
        }
    }

    List<TcpSegment> segments() {
        return seen.stream().map(Seen::segment).toList();
    }

    /** Waits for {@code count} segments that match. */
    void await(String what, int count, Predicate<TcpSegment> such) {
        Await.until(
                () -> "no " + count + " " + what + " among " + segments(),
                () -> segments().stream().filter(such).count() >= count);
    }

    /** Waits for {@code count} segments with these flags. */
    void await(int flags, int count) {
        await("segments with the flags " + Integer.toHexString(flags), count, s -> s.has(flags));
    }

    /** Waits until both FINs were captured and acknowledged. */
    void awaitOrderlyEnd() {
        await(TcpFlags.FIN, 2);
        Await.until(
                () -> "FINs are not acknowledged in " + segments(),
                () -> segments().stream()
                        .filter(s -> s.has(TcpFlags.FIN))
                        .allMatch(fin -> segments().stream()
                                .anyMatch(ack -> ack.tuple().equals(fin.tuple().reversed())
                                        && ack.acknowledgmentNumber() == fin.endSequenceNumber())));
    }
}
