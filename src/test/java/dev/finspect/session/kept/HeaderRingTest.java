package dev.finspect.session.kept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.session.SegmentBatch;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpOptions;
import dev.finspect.wire.TcpSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HeaderRingTest {
    private static final FourTuple TUPLE = new FourTuple(IpAddress.v4(1), 1, IpAddress.v4(2), 2);
    private static final int HEADER_BYTES = 40;

    private final HeaderBudget budget = new HeaderBudget(1 << 20);
    private final HeaderRing ring = new HeaderRing(budget);

    @Test
    void firstAndLastAreKeptAndThoseBetweenAreCounted() {
        int between = 30;
        int all = HeaderRing.FIRST + between + HeaderRing.LAST;
        IntStream.range(0, all).forEach(i -> add(i, HEADER_BYTES));
        ring.trim();
        assertThat(times(ring))
                .containsExactly(IntStream.range(0, all)
                        .filter(i -> i < HeaderRing.FIRST || i >= HeaderRing.FIRST + between)
                        .mapToLong(i -> i)
                        .toArray());
        assertThat(ring.omitted()).isEqualTo(between);
        assertThat(budget.heldBytes()).isEqualTo(ring.heldBytes()).isPositive();
        ring.clear();
        assertThat(budget.heldBytes()).isZero();
        assertThat(ring.omitted()).isEqualTo(all);
    }

    @Test
    void whenMemoryIsShortTheOldestButTheFirstMakeRoom() {
        HeaderRing second =
                new HeaderRing(new HeaderBudget((HeaderRing.FIRST + 2L) * (PackedSegments.EACH_BYTES + HEADER_BYTES)));
        for (int i = 0; i < HeaderRing.FIRST + 5; i++) {
            second.add(batch(i, HEADER_BYTES), 0);
        }
        assertThat(times(second)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 11, 12);
        assertThat(second.omitted()).isEqualTo(3);
    }

    @Test
    void memoryThatIsTakenForLaterCountsAsWell() {
        long capacityBytes = 100_000;
        HeaderBudget small = new HeaderBudget(capacityBytes);
        List<HeaderRing> rings = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            HeaderRing each = new HeaderRing(small);
            each.add(batch(i, HEADER_BYTES), 0);
            rings.add(each);
        }
        assertThat(rings.stream().mapToLong(HeaderRing::arrayBytes).sum())
                .isEqualTo(small.heldBytes())
                .isLessThanOrEqualTo(capacityBytes);
        long kept = rings.stream().filter(each -> each.omitted() == 0).count();
        assertThat(kept).as("some, and not all").isBetween(100L, 1_999L);
        rings.forEach(HeaderRing::trim);
        assertThat(small.heldBytes()).as("what is used").isEqualTo(kept * (PackedSegments.EACH_BYTES + HEADER_BYTES));
        rings.forEach(HeaderRing::clear);
        assertThat(small.heldBytes()).isZero();
    }

    @Test
    void emptiedRingHasItsMemoryForAnotherConnection() {
        IntStream.range(0, 100).forEach(i -> add(i, HEADER_BYTES));
        long held = budget.heldBytes();
        ring.empty();
        assertThat(ring.segments()).isEmpty();
        assertThat(ring.omitted()).isZero();
        assertThat(budget.heldBytes()).isEqualTo(ring.heldBytes()).isEqualTo(held);
        IntStream.range(200, 212).forEach(i -> add(i, HEADER_BYTES));
        assertThat(times(ring))
                .containsExactly(IntStream.range(200, 212).mapToLong(i -> i).toArray());
        assertThat(budget.heldBytes()).isEqualTo(held);
    }

    @Test
    void ringsAreUsedAgainEmptyAndNoMoreMemoryIsTaken() {
        HeaderRings rings = new HeaderRings(100_000);
        HeaderRing first = rings.take();
        IntStream.range(0, 8).forEach(i -> first.add(batch(i, HEADER_BYTES), 0));
        long held = first.heldBytes();
        rings.settle(first);
        assertThat(first.heldBytes()).as("room for the next connection").isEqualTo(held);
        rings.giveBack(first);
        HeaderRing next = rings.take();
        assertThat(next).isSameAs(first);
        assertThat(next.segments()).isEmpty();
        IntStream.range(20, 28).forEach(i -> next.add(batch(i, HEADER_BYTES), 0));
        assertThat(times(next))
                .containsExactly(IntStream.range(20, 28).mapToLong(i -> i).toArray());
        assertThat(next.heldBytes()).isEqualTo(held);
        assertThat(rings.take()).isNotSameAs(next);
    }

    @Test
    void ringOfALongConnectionGivesItsMemoryBack() {
        HeaderRings rings = new HeaderRings(100_000);
        HeaderRing ring = rings.take();
        IntStream.range(0, 100).forEach(i -> ring.add(batch(i, HEADER_BYTES), 0));
        long held = ring.heldBytes();
        rings.settle(ring);
        assertThat(ring.heldBytes()).isLessThan(held);
        assertThat(ring.segments()).hasSize(HeaderRing.FIRST + HeaderRing.LAST);
        rings.giveBack(ring);
        assertThat(ring.heldBytes()).isZero();
        assertThat(rings.take()).isNotSameAs(ring);
    }

    @Test
    void headersOfAbsurdLengthAreCountedAndNotKept() {
        add(0, HEADER_BYTES);
        add(1, PackedSegments.MOST_HEADER_BYTES + 1);
        add(2, PackedSegments.MOST_HEADER_BYTES);
        assertThat(times(ring)).containsExactly(0, 2);
        assertThat(ring.omitted()).isEqualTo(1);
    }

    private static long[] times(HeaderRing of) {
        return of.segments().stream().mapToLong(KeptSegment::atNanos).toArray();
    }

    private void add(long atNanos, int headerBytes) {
        ring.add(batch(atNanos, headerBytes), 0);
    }

    static SegmentBatch batch(long atNanos, int headerBytes) {
        TcpSegment segment = new TcpSegment(
                atNanos,
                1,
                TcpSegment.Direction.INCOMING,
                TUPLE,
                64,
                40,
                7,
                0,
                TcpFlags.ACK,
                1000,
                0,
                0,
                TcpOptions.NONE,
                TcpSegment.Checksum.NOT_VERIFIED);
        return new SegmentBatch(new TcpSegment[] {segment}, new byte[headerBytes], new int[] {headerBytes});
    }
}
