package dev.finspect.session.join;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpOptions;
import dev.finspect.wire.TcpSegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Only a segment that is the same in all that a host on the way leaves alone is one seen again. */
final class EchoFilterTest {
    private static final FourTuple TUPLE = new FourTuple(IpAddress.v4(1), 1, IpAddress.v4(2), 2);
    private static final long MILLI = 1_000_000;

    private final EchoFilter filter = new EchoFilter();

    @ParameterizedTest
    @CsvSource({
        "2, 100, 200, 16, 500, 30, true",
        "1, 100, 200, 16, 500, 30, false",
        "2, 101, 200, 16, 500, 30, false",
        "2, 100, 201, 16, 500, 30, false",
        "2, 100, 200, 24, 500, 30, false",
        "2, 100, 200, 16, 501, 30, false",
        "2, 100, 200, 16, 500, 60, false"
    })
    void segmentIsAnEchoIfNothingButItsInterfaceDiffers(
            int onInterface, int sequence, int acknowledgment, int flags, int window, long millis, boolean echo) {
        assertThat(filter.isEcho(segment(1, 100, 200, 16, 500, 0))).isFalse();
        assertThat(filter.isEcho(segment(onInterface, sequence, acknowledgment, flags, window, millis)))
                .isEqualTo(echo);
    }

    @Test
    void fourSegmentsAreRemembered() {
        for (int i = 0; i < 5; i++) {
            assertThat(filter.isEcho(segment(1, i, 0, 16, 500, i))).isFalse();
        }
        assertThat(filter.isEcho(segment(2, 1, 0, 16, 500, 6))).isTrue();
        assertThat(filter.isEcho(segment(2, 0, 0, 16, 500, 6))).as("five ago").isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "2, 3, 1, 9, 7, 30, true",
        "1, 3, 1, 9, 7, 30, false",
        "2, 11, 1, 9, 7, 30, false",
        "2, 3, 0, 9, 7, 30, false",
        "2, 3, 1, 8, 7, 30, false",
        "2, 3, 1, 9, 6, 30, false",
        "2, 3, 1, 9, 7, 60, false"
    })
    void errorLikewise(int onInterface, int type, int code, int from, int quoted, long millis, boolean echo) {
        assertThat(EchoFilter.isEcho(error(1, 3, 1, 9, 7, 0), error(onInterface, type, code, from, quoted, millis)))
                .isEqualTo(echo);
    }

    private static TcpSegment segment(
            int onInterface, int sequence, int acknowledgment, int flags, int window, long millis) {
        return new TcpSegment(
                millis * MILLI,
                onInterface,
                TcpSegment.Direction.UNKNOWN,
                TUPLE,
                64,
                40,
                sequence,
                acknowledgment,
                flags,
                window,
                0,
                0,
                TcpOptions.NONE,
                TcpSegment.Checksum.NOT_VERIFIED);
    }

    private static IcmpError error(int onInterface, int type, int code, int from, int quoted, long millis) {
        return new IcmpError(
                millis * MILLI,
                onInterface,
                TcpSegment.Direction.INCOMING,
                IpAddress.v4(from),
                IcmpError.Kind.HOST_UNREACHABLE,
                type,
                code,
                IcmpError.ABSENT,
                TUPLE,
                quoted);
    }
}
