package dev.finspect.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpOptions;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.Undecoded;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is counted of a capture and handed on, and how a batch keeps the headers of its segments apart. */
final class CaptureCountersTest {
    private static final FourTuple TUPLE = new FourTuple(IpAddress.v4(1), 1, IpAddress.v4(2), 2);
    private static final IcmpError ERROR = new IcmpError(
            7,
            1,
            TcpSegment.Direction.INCOMING,
            IpAddress.v4(3),
            IcmpError.Kind.HOST_UNREACHABLE,
            3,
            1,
            IcmpError.ABSENT,
            TUPLE,
            null);

    @Test
    void whatHasPassedIsReadOnceTheCaptureHasCaughtUpLater() {
        CaptureCounters counters = new CaptureCounters();
        assertThat(counters.caughtUpSince(Long.MIN_VALUE)).isFalse();
        counters.caughtUp(1_000, 7);
        assertThat(counters.caughtUpSince(7)).isTrue();
        assertThat(counters.caughtUpSince(8)).isFalse();
    }

    @Test
    void everyCallIsCountedAndHandedOn() {
        List<String> told = new ArrayList<>();
        CaptureCounters counters = new CaptureCounters(new CaptureSink() {
            @Override
            public void segments(SegmentBatch batch) {
                told.add(batch.size() + " segments");
            }

            @Override
            public void icmpError(IcmpError error, byte[] packet) {
                told.add(error.kind().label());
            }

            @Override
            public void undecoded(Undecoded reason) {
                told.add(reason.label());
            }

            @Override
            public void dropped(long packets, long fromNanos, long toNanos) {
                told.add(packets + " dropped from " + fromNanos + " to " + toNanos);
            }

            @Override
            public void ended(@Nullable String reason) {
                told.add("ended by " + reason);
            }
        });
        tell(counters);
        assertThat(told)
                .containsExactly(
                        "2 segments", "host_unreachable", "cut_off", "9 dropped from 1 to 2", "ended by an error");
        assertThat(counters.packets()).isEqualTo(4);
        assertThat(counters.dropped()).isEqualTo(9);
    }

    @Test
    void countersAloneCountAsWell() {
        CaptureCounters counters = new CaptureCounters();
        tell(counters);
        assertThat(counters.packets()).isEqualTo(4);
        assertThat(counters.dropped()).isEqualTo(9);
    }

    @Test
    void aBatchKeepsTheHeadersOfEachSegmentApart() {
        SegmentBatch batch = batch();
        assertThat(batch.size()).isEqualTo(2);
        assertThat(batch.segment(1).sequenceNumber()).isEqualTo(20);
        assertThat(batch.headerBytes(0)).isEqualTo(2);
        assertThat(batch.headerBytes(1)).isEqualTo(3);
        byte[] copy = new byte[5];
        batch.copyHeaders(1, copy, 1);
        assertThat(copy).containsExactly(0, 3, 4, 5, 0);
        assertThat(batch.headers(0).remaining()).isEqualTo(2);
        assertThat(batch.headers(1).get(0)).isEqualTo((byte) 3);
        assertThat(batch.headers(1).isReadOnly()).isTrue();
        assertThatThrownBy(() -> new SegmentBatch(new TcpSegment[1], new byte[0], new int[2]))
                .hasMessage("1 segments, but 2 ends");
    }

    private static void tell(CaptureSink sink) {
        sink.segments(batch());
        sink.icmpError(ERROR, new byte[0]);
        sink.undecoded(Undecoded.CUT_OFF);
        sink.dropped(9, 1, 2);
        sink.ended("an error");
    }

    private static SegmentBatch batch() {
        return new SegmentBatch(
                new TcpSegment[] {segment(10), segment(20)}, new byte[] {1, 2, 3, 4, 5}, new int[] {2, 5});
    }

    private static TcpSegment segment(int sequenceNumber) {
        return new TcpSegment(
                5,
                1,
                TcpSegment.Direction.INCOMING,
                TUPLE,
                64,
                40,
                sequenceNumber,
                0,
                TcpFlags.SYN,
                1000,
                0,
                0,
                TcpOptions.NONE,
                TcpSegment.Checksum.NOT_VERIFIED);
    }
}
